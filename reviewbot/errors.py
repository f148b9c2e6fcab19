"""The exception tree. Each message says what happened and what to do, and is printed once, at the top."""


class ReviewbotError(Exception):
    """Something the person who runs reviewbot can act on; the command line prints it and exits with 2."""


class UsageError(ReviewbotError):
    """The command's words cannot be carried out: an unknown ref, not a repository, two sources at once."""


class ConfigError(ReviewbotError):
    """A configuration that cannot be used; the message names the file, the line and the key."""


class NotAvailableError(ReviewbotError):
    """A command, option or key of the public interface that this version does not have yet."""


class GitError(ReviewbotError):
    """git refused, is missing, or said something that cannot be read."""


class GitHubError(ReviewbotError):
    """GitHub refused, or did not answer. `status` is that of its answer, None without one.

    uncertain: whether a write took place is not known.
    """

    def __init__(self, message: str, *, status: int | None = None, uncertain: bool = False) -> None:
        super().__init__(message)
        self.status = status
        self.uncertain = uncertain


class OutputError(ReviewbotError):
    """A result could not be written where it was asked for (a full disk, a missing folder)."""


class DiffError(ValueError):
    """Bytes that are not a diff. Raised by the parser, turned into a message or a listed file by its caller."""


class ReplyError(ValueError):
    """A reviewer's reply that is not in the agreed format. The text goes back to the reviewer once."""


class InputError(ReviewbotError):
    """A report, an answer, a SARIF file or a record that cannot be used; the message names the file and the place."""
