"""What a schema cannot say about a configuration: names that belong together, addresses, secrets, paths, patterns.

These run on values that may not fit the schema, so that a person is told everything at once; what has the wrong type
is passed over here.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import PurePosixPath, PureWindowsPath
from urllib.parse import urlsplit

from reviewbot.config.problems import Problem, among, shown_value
from reviewbot.config.tree import Path, dotted, shown
from reviewbot.config.values import Json
from reviewbot.model import BUILTIN

_KEY_PREFIX = re.compile(
    r"(?:sk|pk|rk|gsk|xai|hf|ghp|gho|ghs|github_pat|glpat|r8|nvapi|pplx|AKIA|AIza)[_-]?[A-Za-z0-9_-]{16}"
)
_HEX_KEY = re.compile(r"[0-9a-f]{24,}", re.IGNORECASE)
_OWN_PARAMS = frozenset(
    {
        "api_base",
        "base_url",
        "callbacks",
        "client",
        "context_window_fallback_dict",
        "custom_llm_provider",
        "failure_callback",
        "fallbacks",
        "function_call",
        "functions",
        "logger_fn",
        "max_completion_tokens",
        "max_retries",
        "max_tokens",
        "messages",
        "mock_response",
        "model",
        "model_list",
        "n",
        "num_retries",
        "parallel_tool_calls",
        "request_timeout",
        "response_format",
        "shared_session",
        "ssl_verify",
        "stream",
        "stream_options",
        "stream_timeout",
        "success_callback",
        "timeout",
        "tool_choice",
        "tools",
        "web_search_options",
    }
)
"""What reviewbot sets on a call, or what would bring another endpoint, a tool or a second answer into it."""
_SECRET_PARAM = re.compile(
    r"(?:^|_)(?:api_?key|access_key(?:_id)?|secret(?:_key)?|(?:access_|auth_|session_|ad_|refresh_)?token|password|passwd"
    r"|credentials?|authorization|cookie)$"
)


def clashes(value: Mapping[str, Json], default_names: Sequence[str]) -> Iterator[Problem]:
    """Everything wrong with a configuration beyond its schema. `default_names`: the panel's when it names none."""
    reviewers = list(_entries(value.get("reviewers"), ("reviewers",)))
    yield from _names(reviewers)
    for path, reviewer in reviewers:
        yield from _reviewer(path, reviewer)
    names = [name for _, reviewer in reviewers if isinstance(name := reviewer.get("name"), str)]
    for path, rule in _entries(value.get("paths"), ("paths",)):
        yield from _rule(path, rule, names if reviewers else default_names)
    yield from _hook(value.get("hook"), names if reviewers else default_names)
    for path, file in _texts(value.get("instructions"), ("instructions",)):
        yield from _file(path, file)
    for path, pattern in _texts(value.get("exclude"), ("exclude",)):
        yield from _pattern(path, pattern)


def _names(reviewers: Sequence[tuple[Path, Mapping[str, Json]]]) -> Iterator[Problem]:
    first: dict[str, Path] = {}
    for path, reviewer in reviewers:
        name, here = reviewer.get("name"), (*path, "name")
        if not isinstance(name, str):
            continue
        if name.lower() == BUILTIN:
            yield Problem(path=here, text=f"`{dotted(here)}` must not be {shown(name)}: the built-in reviewer has it")
        elif name.lower() in first:
            other = dotted(first[name.lower()])
            yield Problem(path=here, text=f"`{dotted(here)}` {shown(name)} is taken by `{other}`; names are unique")
        first.setdefault(name.lower(), path)


def _reviewer(path: Path, reviewer: Mapping[str, Json]) -> Iterator[Problem]:
    match reviewer.get("api_base"):
        case str() as address:
            yield from _address((*path, "api_base"), address)
    match reviewer.get("api_key_env"):
        case str() as name if looks_like_a_key(name):
            here = (*path, "api_key_env")
            yield Problem(path=here, text=f"`{dotted(here)}` is the name of an environment variable, not a key")
    match reviewer.get("brief"):
        case str() as file:
            yield from _file((*path, "brief"), file)
            if reviewer.get("instructions") is not None:
                here = (*path, "instructions")
                yield Problem(path=here, text=f"`{dotted(here)}` stands beside `brief`; one of them is enough")
    yield from _params((*path, "params"), reviewer.get("params"), nested=False)


def _rule(path: Path, rule: Mapping[str, Json], names: Sequence[str]) -> Iterator[Problem]:
    match rule.get("match"):
        case str() as pattern if pattern.startswith("!"):
            here = (*path, "match")
            yield Problem(path=here, text=f"`{dotted(here)}` must not begin with !: it says what the rule is for")
        case str() as pattern if pattern:
            yield from _pattern((*path, "match"), pattern)
    yield from _strangers(rule.get("reviewers"), (*path, "reviewers"), names)


def _hook(hook: Json, names: Sequence[str]) -> Iterator[Problem]:
    if isinstance(hook, dict):
        yield from _strangers(hook.get("reviewers"), ("hook", "reviewers"), names)


def _strangers(value: Json, path: Path, names: Sequence[str]) -> Iterator[Problem]:
    for here, name in _texts(value, path):
        if names and name not in names:
            hint = among(name, names)
            yield Problem(path=here, text=f"`{dotted(here)}` names no reviewer: {shown_value(name)}; {hint}")


def _address(path: Path, address: str) -> Iterator[Problem]:
    problem = address_problem(address, example="https://llm.example.com/v1", secrets="name a variable in `api_key_env`")
    if problem:
        yield Problem(path=path, text=f"`{dotted(path)}` {problem}")


def address_problem(address: str, *, example: str, secrets: str) -> str | None:
    """What is wrong with an address that secrets are sent to; `secrets` says where those belong.

    The address is not repeated: it may hold a password.
    """
    if not address.isascii() or not address.isprintable() or " " in address or "\\" in address:
        return "must be an address without blanks and odd characters"
    try:
        parts = urlsplit(address)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return "is not an address that can be read"
    if parts.username is not None or parts.password is not None:
        return f"must not hold a user or a password; {secrets}"
    if parts.query or parts.fragment or "?" in address or "#" in address:
        return "must end with its path: no ? and no #"
    if not host:
        return f"must be a whole address, such as {example}"
    if parts.scheme == "https" or (parts.scheme == "http" and is_loopback(host)):
        return None
    return "must begin with https://; http:// is for this machine alone (localhost, 127.0.0.1, [::1])"


def is_loopback(host: str) -> bool:
    """Whether a host name or address is this machine's own."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _params(path: Path, value: Json, *, nested: bool) -> Iterator[Problem]:
    if isinstance(value, list):
        for index, item in enumerate(value):
            yield from _params((*path, index), item, nested=True)
    if not isinstance(value, dict):
        return
    for name, item in value.items():
        here = (*path, name)
        plain = name.lower().replace("-", "_")
        if _SECRET_PARAM.search(plain):
            yield Problem(path=here, text=f"`{dotted(here)}` looks like a secret; name its variable in `api_key_env`")
        elif not nested and plain in _OWN_PARAMS:
            yield Problem(path=here, text=f"`{dotted(here)}` is not a parameter to pass on: reviewbot sets it itself")
        yield from _params(here, item, nested=True)


def _file(path: Path, file: str) -> Iterator[Problem]:
    problem = path_problem(file)
    if problem:
        yield Problem(path=path, text=f"`{dotted(path)}` {problem}")


def path_problem(file: str) -> str | None:
    """Why `file` is not a path inside the repository; None when it is."""
    if not file.isprintable():
        return "is a path with a character that cannot be printed"
    if "\\" in file:
        return "must have / between folders, not \\"
    if PurePosixPath(file).is_absolute() or PureWindowsPath(file).drive:
        return "must be a path relative to the top of the repository"
    parts = PurePosixPath(file).parts
    if ".." in parts:
        return "must not leave the repository (..)"
    if not parts or parts[0].lower() == ".git":
        return "must be a file of the repository"
    return None


def _pattern(path: Path, pattern: str) -> Iterator[Problem]:
    # Not at the top: it is slow to load, and a run without a configuration file does not need it here.
    from pathspec import GitIgnoreSpec

    try:
        meaningless = all(read.include is None for read in GitIgnoreSpec.from_lines([pattern]).patterns)
    except (ValueError, re.error):
        yield Problem(path=path, text=f"`{dotted(path)}` is not a path pattern that can be read")
        return
    if meaningless:
        hint = "; write \\# for a name that begins with #" if pattern.startswith("#") else ""
        yield Problem(path=path, text=f"`{dotted(path)}` is a path pattern that matches nothing{hint}")


def looks_like_a_key(text: str) -> bool:
    """Whether a text that should be a variable's name is rather the key itself."""
    kinds = (str.isupper, str.islower, str.isdigit)
    mixed = len(text) >= 20 and all(any(kind(char) for char in text) for kind in kinds)
    return mixed or bool(_KEY_PREFIX.match(text) or _HEX_KEY.fullmatch(text))


def _entries(value: Json, path: Path) -> Iterator[tuple[Path, Mapping[str, Json]]]:
    for index, entry in enumerate(value if isinstance(value, list) else ()):
        if isinstance(entry, dict):
            yield (*path, index), entry


def _texts(value: Json, path: Path) -> Iterator[tuple[Path, str]]:
    for index, entry in enumerate(value if isinstance(value, list) else ()):
        if isinstance(entry, str) and entry:
            yield (*path, index), entry
