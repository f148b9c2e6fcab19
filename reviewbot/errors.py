"""The exception tree. Each message says what happened and what to do, and is printed once, at the top."""

from enum import StrEnum


class ReviewbotError(Exception):
    """Something the person who runs reviewbot can act on; the command line prints it and exits with 2."""


class UsageError(ReviewbotError):
    """The command's words cannot be carried out: an unknown ref, not a repository, two sources at once."""


class ConfigError(ReviewbotError):
    """A configuration that cannot be used; the message names the file, the line and the key."""


class GitError(ReviewbotError):
    """git refused, is missing, or said something that cannot be read."""


class Refusal(StrEnum):
    """Why GitHub did not carry out a request. One that was refused has changed nothing."""

    LIMITED = "limited"
    """Too many requests for now; the same one may succeed later."""
    UNPERMITTED = "unpermitted"
    """The token lacks the permission, as that of a job for a fork's pull request does, which may only read."""
    FORBIDDEN = "forbidden"
    """Nobody may, or not in this way: an archived repository, a locked conversation, an organization's rule."""
    UNAUTHORIZED = "unauthorized"
    """The token is none that is valid."""
    MISSING = "missing"
    """It is not there, not there any more, or not for this token to see."""
    INVALID = "invalid"
    """The request cannot be carried out as it is."""


class GitHubError(ReviewbotError):
    """GitHub refused, or did not answer.

    status: that of its answer; None without one.
    refused: None when it did not refuse: it is down, out of reach, or said what cannot be read.
    uncertain: whether a write took place is not known; never for one that was refused.
    retry_after_s: how long a request that was LIMITED has to wait; None when GitHub does not say.
    """

    def __init__(
        self,
        message: str,
        *,
        status: int | None = None,
        refused: Refusal | None = None,
        uncertain: bool = False,
        retry_after_s: float | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.refused = refused
        self.uncertain = uncertain
        self.retry_after_s = retry_after_s

    @property
    def temporary(self) -> bool:
        """Whether the same may succeed later, without anybody changing anything."""
        return self.refused in (None, Refusal.LIMITED)


class OutputError(ReviewbotError):
    """A result could not be written where it was asked for (a full disk, a missing folder)."""


class DiffError(ValueError):
    """Bytes that are not a diff. Raised by the parser, turned into a message or a listed file by its caller."""


class ReplyError(ValueError):
    """A reviewer's reply that is not in the agreed format. The text goes back to the reviewer once."""


class InputError(ReviewbotError):
    """A report, an answer, a SARIF file or a record that cannot be used; the message names the file and the place."""
