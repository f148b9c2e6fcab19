"""Who we are on the platform: told by the platform, never read from a text."""

from __future__ import annotations

from collections.abc import Collection

from reviewbot.publishing.host import Host, Item, author_of

JOB_LOGIN = "github-actions[bot]"
"""Who posts with the token of a job. https://docs.github.com/actions/security-for-github-actions"""


class Identity:
    """Who the token speaks for, as far as that is known; the platform is asked once, when something depends on it."""

    def __init__(self, host: Host, *, in_job: bool) -> None:
        self._host, self._in_job = host, in_job
        self._assumed: str | None = None
        self._told: str | None = None
        self._asked = False

    def known_among(self, authors: Collection[str]) -> str | None:
        """Our name in lower case, where these have written what carries our marker; None when it cannot be found out.

        A job whose markers are all its own token's is taken for a run of that token, which saves the question.
        """
        if self._told or not authors:
            return self._told
        if self._in_job and set(authors) == {JOB_LOGIN}:
            self._assumed = JOB_LOGIN
            return JOB_LOGIN
        return self.certain()

    def certain(self) -> str | None:
        """Our name as the platform tells it. Raises GitHubError when it does not answer."""
        if self._told is None and not self._asked:
            login = self._host.login()
            self._asked, self._told = True, login.casefold() if login else None
            if self._told is None and self._in_job:
                self._assumed = JOB_LOGIN  # a server that tells nobody's name has no apps but its own
        return self._told or self._assumed

    def told_by(self, answer: Item) -> None:
        """Learn it from the answer to a write of ours, which names its author."""
        self._told = author_of(answer) or self._told

    def may_have_written(self, item: Item) -> bool:
        """Whether an item can be what we have just written: by anybody, as long as nobody has told our name.

        What was written is then known by its hidden line, which no stranger can have foreseen.
        """
        return self._told is None or author_of(item) == self._told

    def wrote(self, item: Item) -> bool:
        """Whether an item is ours, as far as is known without asking."""
        name = self._told or self._assumed
        return name is not None and author_of(item) == name
