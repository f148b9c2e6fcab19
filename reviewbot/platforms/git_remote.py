"""One repository on a server, and the only way in which objects are fetched from it.

https, or http on loopback; to the one address given and to no other. The token goes to git in its environment, so it is
in no argument list and in no file. No credential helper, proxy, redirect or configuration takes part.
"""

from __future__ import annotations

import base64
import re
import time
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

from msgspec import Struct
from msgspec.structs import replace

from reviewbot.config.checks import is_loopback
from reviewbot.discreet import Discreet
from reviewbot.errors import GitError, UsageError
from reviewbot.platforms.git_command import Git, GitCommandError

BLOBLESS = "--filter=blob:none"
"""Brings commits and trees without the contents of files."""
UNFILTERED = "--no-filter"
"""Must be said: a remote that is known for missing objects is asked with a filter."""
MAX_FETCH_BYTES = 2 * 1024 * 1024 * 1024
"""What one fetch may bring, compressed."""

_MEGABYTE = 1024 * 1024
_MAX_SAID = 400
_URL = re.compile(r"https?://(?:[A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?(?:/[A-Za-z0-9._~-]+)+/?")
_CONFIG = {
    "core.alternateRefsCommand": ":",  # else git would run in a repository whose objects are borrowed
    "core.askPass": "",
    "credential.helper": "",
    "fetch.unpackLimit": "1",  # unpacked, an object that is borrowed has its file touched
    "gc.auto": "0",
    "http.followRedirects": "false",
    "http.lowSpeedLimit": "1",
    "http.proxy": "",
    "maintenance.auto": "false",
    "submodule.recurse": "false",
}
_FETCH = (
    "fetch", "--quiet", "--no-tags", "--no-write-fetch-head", "--no-auto-maintenance", "--recurse-submodules=no",
)  # fmt: skip
_DISK_FULL = ("No space left on device", "Disk quota exceeded", "not enough space")
_UNREACHABLE = re.compile(
    r"Could not resolve host|Failed to connect|Couldn't connect|Could(?: not|n't) connect|Connection (?:refused|reset)"
    r"|Connection timed out|Operation too slow|Empty reply from server|Network is unreachable"
)
_STATUS = re.compile(r"The requested URL returned error: (\d{3})")
_NO_CREDENTIALS = re.compile(r"could not read (?:Username|Password)|Authentication failed")
_NOT_FOUND = re.compile(r"repository '.*' not found")


class GitSizeError(GitError):
    """A fetch brought more than it was allowed to."""


class Bounds(Struct, frozen=True, kw_only=True):
    """How long git may run in the repository in `folder`, and how much it may fetch. A Guard."""

    seconds: float
    ends: float
    """Of the clock time.monotonic."""
    folder: Path
    host: str
    max_bytes: int | None = None

    def check(self) -> None:
        """Raises GitError when the time is over, GitSizeError when too much has been fetched."""
        if time.monotonic() >= self.ends:
            raise GitError(
                f"the pull request could not be read from {self.host} within {self.seconds:g} s; git was stopped"
            )
        if self.max_bytes is not None and packs_size(self.folder) > self.max_bytes:
            raise GitSizeError(f"{self.host} sends more than {self.max_bytes // _MEGABYTE} MB; git was stopped")


class Remote(Discreet, frozen=True, kw_only=True):
    """A repository on a server."""

    url: str
    """https://HOST/OWNER/NAME.git; http only on loopback; no user name or password in it."""
    token: str | None = None
    """Sent to this host alone, as the password of the user x-access-token; None for a public repository."""

    @property
    def host(self) -> str:
        return urlsplit(self.url).netloc

    @property
    def _authorization(self) -> str:
        return base64.b64encode(f"x-access-token:{self.token}".encode()).decode("ascii")

    def check(self) -> None:
        """Raises UsageError unless the address is one that is fetched from."""
        parts = urlsplit(self.url) if _URL.fullmatch(self.url) else None
        if parts is None or not (parts.scheme == "https" or is_loopback(parts.hostname or "")):
            raise UsageError(
                "the address to fetch the pull request from must be https://HOST/OWNER/NAME.git, without a user name"
                " or password (http only on loopback)"
            )

    def git(self, git: Git, *, seconds: float) -> Git:
        """`git`, made able to fetch from here as `origin`, and from nowhere else."""
        scheme = self.url.partition(":")[0]
        config = {
            **_CONFIG,
            "http.lowSpeedTime": str(int(seconds) + 1),  # for a git whose guard was killed
            f"protocol.{scheme}.allow": "always",
            "remote.origin.url": self.url,
            # Told to fetch alone: what else runs must see a missing object as missing. Told here, it is not written.
            "remote.origin.promisor": "true",
            "remote.origin.partialCloneFilter": "blob:none",
        }
        return git.using(config=config, environ={"GIT_ALLOW_PROTOCOL": scheme, **self._header(scheme)})

    def without_secrets(self, text: str) -> str:
        """`text` with the token, as it is and as it is sent, made unreadable."""
        for secret in (self.token, self._authorization) if self.token else ():
            text = text.replace(secret or "", "***")
        return text

    def refusal(self, error: GitCommandError) -> GitError:
        """What git said about the server, in words that say what to do."""
        said = error.stderr
        status = _STATUS.search(said)
        code = int(status[1]) if status else 401 if _NO_CREDENTIALS.search(said) else 0
        if any(words in said for words in _DISK_FULL):
            return GitError(
                "the disk with the folder for temporary files is full; make room there, or set TMPDIR to another folder"
            )
        if code in (401, 403):
            how = "no token was given" if not self.token else "the token is invalid or may not read this repository"
            return GitError(f"{self.host} refuses to give the pull request's objects ({code}): {how} (contents: read)")
        if code == 404 or _NOT_FOUND.search(said):
            return GitError(f"{self.url} was not found (404), or the token may not read it (contents: read)")
        if code in range(300, 400):
            return GitError(
                f"{self.host} redirects to another address ({code}), which is not followed; was it renamed?"
            )
        lines = [line.removeprefix("fatal: ") for line in said.splitlines() if line.strip()]
        told = self.without_secrets("; ".join(lines))[:_MAX_SAID] or "git did not say why"
        if _UNREACHABLE.search(said):
            return GitError(f"{self.host} cannot be reached: {told}")
        return GitError(f"the pull request's objects cannot be fetched from {self.host}: {told}")

    def _header(self, scheme: str) -> Mapping[str, str]:
        if not self.token:
            return {}
        return {
            "GIT_CONFIG_COUNT": "1",
            "GIT_CONFIG_KEY_0": f"http.{scheme}://{self.host}/.extraHeader",
            "GIT_CONFIG_VALUE_0": f"Authorization: Basic {self._authorization}",
        }


class Link(Struct, frozen=True, kw_only=True):
    """The temporary repository, and the server that its objects come from."""

    git: Git
    """Runs in the temporary repository; fetches nothing, and what is missing is missing."""
    remote: Remote
    bounds: Bounds

    def fetch(self, *args: str, config: Mapping[str, str] | None = None) -> None:
        """Fetch. Raises GitCommandError, not yet told as a refusal."""
        self._git(MAX_FETCH_BYTES, config).ask(*_FETCH, *args)

    def fetch_objects(self, ids: Iterable[str], *, max_bytes: int = MAX_FETCH_BYTES) -> None:
        """Bring objects, and all that is in them, in one go. Raises GitError; GitSizeError past `max_bytes`."""
        wanted = "".join(f"{name}\n" for name in ids).encode("ascii")
        git = self._git(max_bytes, {"fetch.negotiationAlgorithm": "noop"})
        try:
            git.ask(*_FETCH, UNFILTERED, "--stdin", "origin", stdin=wanted)
        except GitCommandError as exc:
            raise self.remote.refusal(exc) from None

    def forget(self) -> None:
        """Take away all that was fetched."""
        for path in (*self.git.cwd.glob("objects/pack/*"), self.git.cwd / "shallow"):
            path.unlink(missing_ok=True)

    def refs(self, names: Sequence[str]) -> dict[str, str]:
        """What the server says these refs point to; the ones it has. Raises GitError."""
        try:
            said = self._git(MAX_FETCH_BYTES, None).ask("ls-remote", "--quiet", "origin", *names).line
        except GitCommandError as exc:
            raise self.remote.refusal(exc) from None
        pairs = (line.partition("\t") for line in said.split("\n"))
        return {name: told for told, _, name in pairs if name in names}

    def _git(self, max_bytes: int, config: Mapping[str, str] | None) -> Git:
        bounds = replace(self.bounds, max_bytes=packs_size(self.bounds.folder) + max_bytes)
        return self.remote.git(self.git, seconds=bounds.seconds).using(config=config, guard=bounds)


def packs_size(repository: Path) -> int:
    """Bytes of what has been fetched so far, also by a fetch that is still under way."""
    total = 0
    for path in repository.glob("objects/pack/*"):
        with suppress(OSError):  # renamed meanwhile
            total += path.lstat().st_size
    return total
