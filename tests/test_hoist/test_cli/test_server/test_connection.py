"""JSON over HTTP with a server that has its moods."""

import gzip
import json
from dataclasses import dataclass
from typing import Any

import pytest

from hoist.cli.exit_codes import ExitCode, exit_code_of
from hoist.cli.server.address import ServerAddress
from hoist.cli.server.connection import ServerConnection
from hoist.cli.server.errors import (
    RequestRefusedError,
    ServerAnswerError,
    ServerFaultError,
    ServerUnreachableError,
)
from hoist.cli.server.problems import InvalidField, Problem, error_of
from hoist.cli.server.reading import UnreadableError
from hoist.errors import HoistError
from scripted_server import HangUp, Reply, ScriptedServer


@dataclass(frozen=True, slots=True)
class Pong:
    text: str


@pytest.fixture
def connection(server: ScriptedServer) -> ServerConnection:
    return ServerConnection(ServerAddress(server.url))


def test_an_answer_may_be_compressed(server: ScriptedServer, connection: ServerConnection) -> None:
    """The client says that it takes gzip, and reads it."""
    body = gzip.compress(json.dumps({"text": "pong"}).encode())
    server.on("GET", "/ping", Reply(raw=body, headers={"content-encoding": "gzip"}))

    assert connection.ask(Pong, "GET", "/ping") == Pong("pong")
    assert "gzip" in server.asked[0].headers["accept-encoding"]


REPORT_TYPE = "application/health+json"
REPORT_HEADERS = {"content-type": f"{REPORT_TYPE}; charset=utf-8"}


def read_text(document: Any) -> str:
    if not isinstance(document, dict) or "text" not in document:
        raise UnreadableError("no text")
    return str(document["text"])


@pytest.mark.parametrize("status", [200, 503])
def test_a_report_of_something_bad_is_an_answer(
    status: int, server: ScriptedServer, connection: ServerConnection
) -> None:
    """It is what was asked for, and it is asked for once."""
    server.on("GET", "/how", Reply({"text": "bad"}, status=status, headers=REPORT_HEADERS))

    assert connection.report(read_text, "/how", REPORT_TYPE) == "bad"
    assert [asked.headers["accept"] for asked in server.asked] == [REPORT_TYPE]


@pytest.mark.parametrize("fault", [HangUp(), Reply(raw=b"<html>", status=502)])
def test_a_report_that_did_not_come_is_asked_for_again(
    fault: Reply | HangUp, server: ScriptedServer, connection: ServerConnection
) -> None:
    """To look changes nothing."""
    server.on("GET", "/how", fault, Reply({"text": "well"}, headers=REPORT_HEADERS))

    assert connection.report(read_text, "/how", REPORT_TYPE) == "well"


def test_what_is_refused_is_no_report(server: ScriptedServer, connection: ServerConnection) -> None:
    """A problem with the same status is raised with its code and its way out."""
    problem = {"code": "health_setting_missing", "detail": "no HOIST", "way_out": "deploy"}
    headers = {"content-type": "application/problem+json"}
    server.on("GET", "/how", Reply(problem, status=503, headers=headers))

    with pytest.raises(ServerFaultError, match="no HOIST") as caught:
        connection.report(read_text, "/how", REPORT_TYPE)
    assert (caught.value.code, caught.value.way_out) == ("health_setting_missing", "deploy")


@pytest.mark.parametrize("raw", [b"", b"[]", b"{", b"[" * 100_000, b"\xff"])
def test_what_is_no_report_is_refused(
    raw: bytes, server: ScriptedServer, connection: ServerConnection
) -> None:
    """Whatever its content type says of it."""
    server.on("GET", "/how", Reply(raw=raw, headers=REPORT_HEADERS))

    with pytest.raises(ServerAnswerError, match="as a Hoist server does"):
        connection.report(read_text, "/how", REPORT_TYPE)


def test_a_query_leaves_out_what_is_empty(
    server: ScriptedServer, connection: ServerConnection
) -> None:
    """And escapes the rest."""
    server.on("GET", "/ping", {"text": ""})

    connection.ask(Pong, "GET", "/ping", query={"after": "", "limit": 3, "name": "a&b=c"})

    assert server.asked[0].query == {"limit": "3", "name": "a&b=c"}


@pytest.mark.parametrize("fault", [HangUp(), Reply(status=503), Reply(raw=b"<html>", status=502)])
def test_what_can_be_asked_twice_is_asked_again(
    fault: Reply | HangUp, server: ScriptedServer, connection: ServerConnection
) -> None:
    """A lost answer, or a server that is busy, is not the last word."""
    server.on("GET", "/ping", fault, {"text": "pong"})

    assert connection.ask(Pong, "GET", "/ping") == Pong("pong")


@pytest.mark.parametrize("fault", [HangUp(), Reply(status=503)])
def test_what_cannot_be_asked_twice_is_not(
    fault: Reply | HangUp, server: ScriptedServer, connection: ServerConnection
) -> None:
    """Nobody knows whether it was done."""
    server.on("POST", "/ping", fault, {"text": "pong"})

    with pytest.raises((ServerUnreachableError, ServerFaultError)):
        connection.ask(Pong, "POST", "/ping")
    assert len(server.asked) == 1


def test_what_is_marked_repeatable_is_sent_again_as_it_was(
    server: ScriptedServer, connection: ServerConnection
) -> None:
    """With the same key in the same header, so that the server knows it."""
    server.on("POST", "/ping", HangUp(), Reply(status=502), {"text": "pong"})

    connection.ask(
        Pong, "POST", "/ping", body={"a": 1}, headers={"idempotency-key": "k"}, is_repeatable=True
    )

    assert [(each.headers["idempotency-key"], each.document) for each in server.asked] == [
        ("k", {"a": 1})
    ] * 3


def test_a_redirect_is_not_followed(server: ScriptedServer, connection: ServerConnection) -> None:
    """Where secrets go is decided by who named the server, not by who answers."""
    server.on("GET", "/ping", Reply(status=302, headers={"location": f"{server.url}/other"}))

    with pytest.raises(HoistError):
        connection.ask(Pong, "GET", "/ping")
    assert len(server.asked) == 1


def test_a_problem_keeps_its_code_and_way_out(
    server: ScriptedServer, connection: ServerConnection
) -> None:
    """What the server says is what the person reads."""
    problem = {
        **{"type": "about:blank", "title": "Bad Request", "status": 400},
        **{"code": "request_invalid", "detail": "it is wrong", "way_out": "mend it"},
        "errors": [{"field": "kind", "message": "is missing"}],
    }
    server.on("GET", "/ping", Reply(problem, status=400))

    with pytest.raises(RequestRefusedError) as caught:
        connection.ask(Pong, "GET", "/ping")

    error = caught.value
    assert (error.code, error.way_out) == ("request_invalid", "mend it")
    assert error.message == "it is wrong\n  kind: is missing"


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (400, ExitCode.USAGE),
        (401, ExitCode.AUTHENTICATION),
        (403, ExitCode.AUTHENTICATION),
        (404, ExitCode.USAGE),
        (409, ExitCode.CONFLICT),
        (413, ExitCode.USAGE),
        (429, ExitCode.ENVIRONMENT_FAULT),
        (500, ExitCode.ENVIRONMENT_FAULT),
        (502, ExitCode.ENVIRONMENT_FAULT),
        (503, ExitCode.ENVIRONMENT_FAULT),
    ],
)
def test_the_status_decides_about_the_exit_code(status: int, code: ExitCode) -> None:
    """Whatever code of its own the problem has."""
    assert exit_code_of(error_of(status, Problem(code="anything"))) == code


def test_a_refusal_without_words_is_told_by_its_status() -> None:
    """Gateways say little."""
    error = error_of(404, Problem(title="Not Found"))

    assert error.message == "the server answered 404 Not Found"
    assert error.code == "request_refused"
    assert error_of(400, Problem(errors=(InvalidField("a", "b"),))).message.endswith("\n  a: b")
