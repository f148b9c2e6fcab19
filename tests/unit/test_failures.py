from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import httpx
import pytest

from reviewbot.ports import CallError
from reviewbot.reviewers.failures import about_schema, failure
from reviewbot.reviewers.transport import Exchange

KEY = "sk-" + "canary-0123456789abcdef"
HOST = "llm.example"


def of(exchange: Exchange, error: Exception | None = None) -> CallError:
    return failure(exchange, error or ValueError("whatever the library says"), host=HOST, key=KEY)


def answered(status: int, body: object = None, **headers: str) -> Exchange:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    named = httpx.Headers({name.replace("_", "-"): value for name, value in headers.items()})
    return Exchange(sent=True, status=status, headers=named, body=raw)


@pytest.mark.requirement("R29")
@pytest.mark.parametrize("status", [408, 409, 429, 500, 502, 503, 504, 529])
def test_what_may_pass_can_be_tried_again(status: int) -> None:
    error = of(answered(status, {"error": {"message": "busy"}}))

    assert error.reason == f"{status} from {HOST}: busy"
    assert (error.retryable, error.down) == (True, False)


@pytest.mark.requirement("R29")
@pytest.mark.parametrize("status", [401, 402, 403, 404])
def test_a_key_or_model_that_is_refused_takes_the_reviewer_down(status: int) -> None:
    error = of(answered(status, {"error": {"message": "no"}}))

    assert (error.retryable, error.down) == (False, True)


@pytest.mark.parametrize("status", [400, 405, 413, 415, 422, 451])
def test_a_question_that_is_refused_is_not_asked_again(status: int) -> None:
    error = of(answered(status, {"error": {"message": "no"}}))

    assert (error.retryable, error.down) == (False, False)


@pytest.mark.parametrize(
    ("status", "message"),
    [
        (400, "API key not valid. Please pass a valid API key."),
        (400, "Your credit balance is too low to access the Anthropic API."),
        (400, "foo/bar is not a valid model ID"),
        (429, "You exceeded your current quota, please check your plan and billing details."),
    ],
)
def test_some_refusals_hold_for_every_other_call_too(status: int, message: str) -> None:
    error = of(answered(status, {"error": {"message": message}}))

    assert (error.retryable, error.down) == (False, True)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"error": {"message": "one"}}, "one"),
        ({"error": "two"}, "two"),
        ({"message": "three"}, "three"),
        ({"detail": [{"msg": "x", "message": "four"}]}, "four"),
        ([{"error": {"message": "five"}}], "five"),
        ({"error": {"message": "a\r\n::error::b\x1b[31m"}}, "a ::error::b [31m"),
        ({"error": {"message": f"your key {KEY} is wrong"}}, "your key [key] is wrong"),
        ({"error": {"message": f"your key ...{KEY[5:]}"}}, "your key ...[key]"),
        (b"plain words", "plain words"),
    ],
)
def test_a_reason_holds_the_servers_words_on_one_line_without_the_key(body: object, words: str) -> None:
    assert of(answered(500, body)).reason == f"500 from {HOST}: {words}"


@pytest.mark.parametrize(
    "body", [b"", b"<html>502</html>", b"{", b"[" * 9000, {"error": {}}, {"error": 3}, {"message": None}, [], 1, None]
)
def test_a_refusal_without_words_is_told_by_its_status(body: object) -> None:
    assert of(answered(502, body)).reason == f"502 from {HOST}"


def test_a_long_message_is_cut() -> None:
    assert len(of(answered(500, {"error": {"message": "long " * 999}})).reason) < 240


@pytest.mark.requirement("R29")
@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry_after": "7"}, 7.0),
        ({"retry_after": "0.5"}, 0.5),
        ({"retry_after": "-3"}, 0.0),
        ({"retry_after_ms": "1500", "retry_after": "9"}, 1.5),
        ({"retry_after": "nan"}, None),
        ({"retry_after": "inf"}, None),
        ({"retry_after": "soon"}, None),
        ({"retry_after": "Mon, 01 Jan 2020 00:00:99999999999999999999 GMT"}, None),
        ({"retry_after": ""}, None),
        ({"retry_after": "Wed, 21 Oct 2015 07:28:00 GMT"}, 0.0),
        ({}, None),
    ],
)
def test_how_long_to_wait_is_read_in_every_form(headers: dict[str, str], seconds: float | None) -> None:
    assert of(answered(429, {}, **headers)).retry_after == seconds


def test_a_date_to_wait_for_becomes_seconds() -> None:
    date = format_datetime(datetime.now(UTC) + timedelta(seconds=60), usegmt=True)

    wait = of(answered(503, {}, retry_after=date)).retry_after
    assert wait is not None
    assert 55 < wait <= 60


@pytest.mark.requirement("R29")
@pytest.mark.parametrize(
    ("exchange", "words"),
    [
        (answered(200, b""), "answered 200 with an empty body"),
        (answered(204, b""), "answered 204 with an empty body"),
        (answered(200, b"<!doctype html>"), "answered 200 with a web page; check api_base"),
        (answered(200, b"x", content_type="text/html; charset=utf-8"), "answered 200 with a web page; check api_base"),
        (answered(200, b"hello"), "answered 200 with something that no chat model answers (hello); check api_base"),
        (answered(200, [1]), "answered 200 with something that no chat model answers ([1]); check api_base"),
        (answered(200, {"error": {"message": f"no {KEY}"}}), "answered 200 with an error: no [key]"),
        (Exchange(sent=True, status=307, refused="answered with a redirect"), "answered with a redirect"),
    ],
)
def test_what_came_with_a_success_is_never_tried_again(exchange: Exchange, words: str) -> None:
    error = of(exchange)

    assert error.reason == f"{HOST} {words}"
    assert (error.retryable, error.down) == (False, False)


def test_a_failed_connection_may_be_tried_again() -> None:
    error = of(Exchange(sent=True, broken="could not connect"))

    assert error.reason == f"{HOST}: could not connect"
    assert (error.retryable, error.down) == (True, False)


def test_an_untrusted_certificate_stays_untrusted() -> None:
    error = of(Exchange(sent=True, broken="could not connect", untrusted=True))

    assert "network.ca_bundle" in error.reason
    assert (error.retryable, error.down) == (False, True)


def test_a_call_that_was_never_sent_says_what_litellm_said() -> None:
    words = "litellm.UnsupportedParamsError: x takes no y. To drop these, set `litellm.drop_params=True`"

    assert of(Exchange(), ValueError(words)).reason == (
        "litellm did not send the call: litellm.UnsupportedParamsError: x takes no y."
    )
    assert of(Exchange(), KeyError(KEY)).reason == "litellm did not send the call: KeyError: '[key]'"
    assert of(Exchange()).down


@pytest.mark.parametrize(
    ("exchange", "about"),
    [
        (answered(400, {"error": {"message": "response_format is not supported"}}), True),
        (answered(400, {"error": {"message": "output_config.format.schema: too complex"}}), True),
        (answered(422, {"detail": "Structured output is not available"}), True),
        (answered(404, {"error": {"message": "No endpoints found that support tool use"}}), True),
        (answered(400, {"error": {"message": "prompt is too long"}}), False),
        (answered(401, {"error": {"message": "schema"}}), False),
        (answered(500, {"error": {"message": "schema"}}), False),
        (answered(200, {"schema": 1}), False),
    ],
)
def test_a_refused_schema_is_told_from_other_refusals(exchange: Exchange, about: bool) -> None:
    assert about_schema(exchange, of(exchange)) is about


def test_a_schema_that_litellm_does_not_send_is_refused_too() -> None:
    exchange = Exchange()
    error = of(exchange, ValueError("zai does not support parameters: ['response_format']"))

    assert about_schema(exchange, error)
