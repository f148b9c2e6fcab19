"""What an answer of GitHub's means: a value, or why not."""

from __future__ import annotations

import json
from collections.abc import Mapping

import pytest
from github_faults import SECONDARY

from reviewbot.config.values import Json
from reviewbot.errors import GitHubError, Refusal
from reviewbot.platforms.github.answer import REMAINING, RESET, RETRY_AFTER, Answer, Call, read_answer

NOW = 1_800_000_000.0
READ = Call(verb="GET", path="/repos/acme/shop/pulls/7")
WRITE = Call(verb="POST", path="/repos/acme/shop/pulls/7/reviews", not_found=Refusal.UNPERMITTED)
PRIMARY = "API rate limit exceeded for installation ID 1."
INTEGRATION = "Resource not accessible by integration"


def _read(status: int, body: Json | str, numbers: Mapping[str, int] | None = None, call: Call = READ) -> Json:
    text = body if isinstance(body, str) else json.dumps(body)
    answer = Answer(status=status, numbers=numbers or {}, has_next=None, text=text)
    return read_answer(answer, call, token="ghs_0123456789abcdef", now=NOW)


def _error(status: int, body: Json | str, numbers: Mapping[str, int] | None = None, call: Call = READ) -> GitHubError:
    with pytest.raises(GitHubError) as caught:
        _read(status, body, numbers, call)
    return caught.value


@pytest.mark.parametrize(
    ("status", "message", "numbers", "refused", "wait"),
    [
        (429, SECONDARY, {}, Refusal.LIMITED, None),
        (429, "", {RETRY_AFTER: 7}, Refusal.LIMITED, 7),
        (403, SECONDARY, {RETRY_AFTER: 7}, Refusal.LIMITED, 7),
        (403, SECONDARY, {}, Refusal.LIMITED, None),
        (403, PRIMARY, {REMAINING: 0, RESET: int(NOW) + 9}, Refusal.LIMITED, 10),
        (403, PRIMARY, {REMAINING: 0, RESET: int(NOW) - 9}, Refusal.LIMITED, 0),
        (403, "Forbidden", {REMAINING: 0, RESET: int(NOW) + 9}, Refusal.LIMITED, 10),
        (403, "Forbidden", {RETRY_AFTER: 1}, Refusal.LIMITED, 1),
        (403, "You have triggered an abuse detection mechanism.", {}, Refusal.LIMITED, None),
        (422, "Validation Failed: was submitted too quickly", {}, Refusal.LIMITED, None),
        (403, INTEGRATION, {REMAINING: 4999}, Refusal.UNPERMITTED, None),
        (403, INTEGRATION, {REMAINING: 0, RESET: int(NOW) + 9}, Refusal.UNPERMITTED, None),
        (403, "Resource not accessible by personal access token", {}, Refusal.UNPERMITTED, None),
        (403, "Repository was archived so is read-only.", {}, Refusal.FORBIDDEN, None),
        (403, "Unable to create comment because issue is locked.", {}, Refusal.FORBIDDEN, None),
        (401, "Bad credentials", {}, Refusal.UNAUTHORIZED, None),
        (422, "Validation Failed", {}, Refusal.INVALID, None),
        (406, "Not acceptable", {}, Refusal.INVALID, None),
        (302, "", {}, Refusal.INVALID, None),
        (500, "Server Error", {}, None, None),
        (502, "", {RETRY_AFTER: 3}, None, None),
    ],
)
@pytest.mark.parametrize("call", [READ, WRITE])
def test_a_refusal_has_one_kind(
    call: Call, status: int, message: str, numbers: Mapping[str, int], refused: Refusal | None, wait: float | None
) -> None:
    error = _error(status, {"message": message}, numbers, call)
    assert (error.status, error.refused, error.retry_after_s) == (status, refused, wait)
    assert error.uncertain is (refused is None and call is WRITE)
    assert error.temporary is (refused in (None, Refusal.LIMITED))


@pytest.mark.parametrize("status", [404, 410])
def test_what_is_not_found_is_what_the_call_says(status: int) -> None:
    assert _error(status, {"message": "Not Found"}).refused is Refusal.MISSING
    assert _error(status, {"message": "Not Found"}, call=WRITE).refused is Refusal.UNPERMITTED


@pytest.mark.parametrize(
    "body",
    ["", '["x"]', '"no"', "5", "null", "[]", '{"message": 5}', '{"message": null, "errors": {"a": 1}}', "<html>", "{"],
)
def test_an_odd_body_is_a_refusal_without_a_reason(body: str) -> None:
    error = _error(422, body, call=WRITE)
    assert str(error) == "GitHub answered 422 to POST /repos/acme/shop/pulls/7/reviews: no reason given"


def test_a_reason_is_one_short_line_without_the_token() -> None:
    errors: Json = ["ghs_0123456789abcdef\n::error::", {"code": "custom", "field": None}, *["more"] * 9]
    told = str(_error(422, {"message": "Validation\x1b[31m Failed", "errors": errors}))
    assert told.isprintable()
    assert "ghs_" not in told
    assert told.count("more") == 3
    assert len(told) < 300


@pytest.mark.parametrize("body", ["{", "<html>", "[" * 200_000, '{"a": ' + "9" * 5_000 + "}"])
def test_an_answer_that_cannot_be_read_tells_nothing_about_a_write(body: str) -> None:
    assert _error(200, body).uncertain is False
    error = _error(200, body, call=WRITE)
    assert (error.uncertain, error.refused) == (True, None)


def test_a_value_is_a_value() -> None:
    assert _read(200, {"a": 1}) == {"a": 1}
    assert _read(204, "") is None


def test_when_a_limit_ends_is_said() -> None:
    assert str(_error(403, PRIMARY, {REMAINING: 0, RESET: int(NOW) + 59})).endswith("; the limit ends at 08:01:00 UTC")
    assert str(_error(429, "", {RETRY_AFTER: 10**12 - 1})).endswith("; when the limit ends is not said")
