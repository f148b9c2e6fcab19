"""One request to an endpoint, and the pages of a list."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar
from urllib.parse import urlencode

import github_rules as rules
from github_rules import RefusedError, not_found
from github_state import Pull, Repository, Site
from github_values import Token
from provider_formats import Object

PER_PAGE = 30
_Any = TypeVar("_Any")


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One request to an endpoint."""

    site: Site
    path: str
    params: Mapping[str, str]
    """What the template's places hold."""
    query: Mapping[str, str]
    accept: str
    body: bytes
    token: Token | None
    api: str
    """The address under which the client knows the API."""

    @property
    def login(self) -> str | None:
        return self.token.login if self.token else None

    @property
    def repo(self) -> Repository:
        """What one may not see is not found."""
        repo = self.site.repos.get(f"{self.params['owner']}/{self.params['repo']}")
        if repo is None:
            raise not_found()
        hidden = self.token is None or (not self.token.app and repo.role(self.token.login) == "none")
        if repo.private and hidden:
            raise not_found()
        return repo

    @property
    def pull(self) -> Pull:
        pull = self.repo.pulls.get(int(self.params["number"]))
        if pull is None:
            raise not_found()
        return pull

    @property
    def id(self) -> int:
        return int(self.params["id"])

    @property
    def payload(self) -> Object:
        try:
            value = json.loads(self.body)
            json.dumps(value, ensure_ascii=False).encode()
        except ValueError:
            raise RefusedError(400, "Problems parsing JSON") from None
        if not isinstance(value, dict):
            raise RefusedError(400, "Body should be a JSON object")
        return value

    def may_write(self, *permissions: str) -> Token:
        """Who writes. For whoever may not see the repository, there is none."""
        _ = self.repo
        return rules.check_may_write(self.token, *permissions)


# ---------------------------------------------------------------- pages


def whole(text: str | None, default: int) -> int:
    return int(text) if text and re.fullmatch("[1-9][0-9]{0,8}", text) else default


def paged(call: Call, items: Sequence[_Any], most: int | None = None) -> tuple[Sequence[_Any], dict[str, str]]:
    """One page, and its Link header, whose addresses name the repository by its id."""
    size, page = (
        min(whole(call.query.get("per_page"), PER_PAGE), most or call.site.longest_page),
        whole(call.query.get("page"), 1),
    )
    last = max(1, -(-len(items) // size))
    places = {"prev": page - 1, "first": 1} if page > 1 else {}
    if page < last:
        places |= {"next": page + 1, "last": last}
    path = call.path.replace(f"/repos/{call.repo.name}", f"/repositories/{call.repo.id}", 1)
    links = [
        f'<{call.api}{path}?{urlencode({**call.query, "page": number})}>; rel="{name}"'
        for name, number in places.items()
    ]
    return items[(page - 1) * size : page * size], {"Link": ", ".join(links)} if links else {}
