"""A run followed over a line that breaks."""

import json
from typing import Any

import pytest

from command_line import CommandLine
from hoist.cli.exit_codes import ExitCode
from hoist.clock import FixedClock
from hoist.operation_events import OperationEvent, OperationName, Outcome
from orchestrator.commands.contact import GIVEN_UP_AFTER_SECONDS
from scripted_runs import RUN_ID, page_document, run_document
from scripted_server import HangUp, Reply, ScriptedServer
from shown_operations import PICTURES, Narrator

pytestmark = pytest.mark.thorough

RUN = f"/v1/stacks/shop/dev/runs/{RUN_ID}"
EVENTS = f"{RUN}/events"
BUSY = Reply({"code": "store_unavailable", "detail": "the table is busy"}, status=503)


def follow(line: CommandLine, server: ScriptedServer, *pages: Any, json: bool = False) -> Any:
    server.on("GET", RUN, run_document())
    server.on("GET", EVENTS, *pages)
    return line.ask("logs", RUN_ID, "--follow", *(["--json"] if json else []))


def told() -> list[OperationEvent]:
    tell = Narrator()
    return [
        tell.begins(OperationName.UP),
        tell.done(PICTURES, "create"),
        tell.ends(Outcome.SUCCEEDED),
    ]


def pages() -> list[dict[str, Any]]:
    """A run in two pages."""
    running = run_document((0, "queued"), (0, "running"))
    ended = run_document((0, "queued"), (0, "running"), (9, "succeeded"))
    first, *rest = told()
    return [
        page_document(running, first, following="1-1"),
        page_document(ended, *rest, following="1-2", is_complete=True),
    ]


def test_each_page_is_asked_for_from_where_the_last_one_ended(
    scripted_line: CommandLine, server: ScriptedServer
) -> None:
    """The cursor is the server's own, and is given back as it came."""
    assert follow(scripted_line, server, *pages()).exit_code == ExitCode.OK

    assert [each.query.get("after", "") for each in server.asked_for("GET", EVENTS)] == ["", "1-1"]


@pytest.mark.parametrize(
    "fault",
    [HangUp(), BUSY, Reply(raw=b"<html>", status=502), Reply(raw=b"{"), Reply(raw=b"[1]")],
)
def test_a_line_that_breaks_is_not_the_end(
    fault: Reply | HangUp, scripted_line: CommandLine, server: ScriptedServer
) -> None:
    """It is tried again from the same place; nothing is lost and nothing told twice."""
    first, second = pages()

    ran = follow(scripted_line, server, first, fault, fault, second, json=True)

    assert ran.exit_code == ExitCode.OK, ran.err
    assert [each["type"] for each in ran.events] == [
        *("run_moved", "run_moved", "operation_started", "step_done", "run_moved", "result")
    ]


def test_a_short_silence_is_not_worth_a_word(
    scripted_line: CommandLine, server: ScriptedServer
) -> None:
    """Networks have them."""
    first, second = pages()

    ran = follow(scripted_line, server, first, HangUp(), second)

    assert "no answer" not in ran.err


def test_a_long_silence_is_told_once_and_its_end_too(
    scripted_line: CommandLine, server: ScriptedServer
) -> None:
    """After two seconds; on standard error, so that NDJSON stays NDJSON."""
    first, second = pages()

    ran = follow(scripted_line, server, first, *[HangUp()] * 12, second, json=True)

    assert ran.err.count("trying again") == 1
    assert "the connection broke); the run goes on" in ran.err
    assert "The server answers again, after " in ran.err
    assert ran.result["outcome"] == "succeeded"


def test_a_very_long_silence_ends_the_following_and_says_so(
    scripted_line: CommandLine, server: ScriptedServer
) -> None:
    """Not the run: the way out follows it again."""
    ran = follow(scripted_line, server, pages()[0], HangUp(), json=True)

    assert ran.exit_code == ExitCode.ENVIRONMENT_FAULT
    error = ran.result["error"]
    assert error["code"] == "server_unreachable"
    assert error["way_out"] == f"follow it with `hoist logs {RUN_ID} --follow`"
    clock = scripted_line.clock
    assert isinstance(clock, FixedClock)
    assert clock.monotonic() >= GIVEN_UP_AFTER_SECONDS


def test_who_may_not_look_is_told_at_once(
    scripted_line: CommandLine, server: ScriptedServer
) -> None:
    """A refusal does not pass by itself."""
    refusal = Reply({"code": "access_denied", "detail": "not for you"}, status=403)

    ran = follow(scripted_line, server, pages()[0], refusal)

    assert ran.exit_code == ExitCode.AUTHENTICATION
    assert "not for you" in ran.err


def test_pauses_are_short_while_something_happens_and_long_while_not(
    scripted_line: CommandLine, server: ScriptedServer
) -> None:
    """News is asked for after 0.2 s; silence is waited out by up to 2 s at a time."""
    first, second = pages()
    silence = page_document(first["run"], following="1-1")
    asked_at: list[float] = []

    def note() -> None:
        asked_at.append(scripted_line.clock.monotonic())

    noted = [Reply(each, first=note) for each in (first, *[silence] * 10, second)]
    follow(scripted_line, server, *noted)

    pauses = [later - earlier for earlier, later in zip(asked_at, asked_at[1:], strict=False)]
    assert pauses[0] == pytest.approx(0.2)
    assert pauses[-1] == pytest.approx(2.0)
    assert pauses == sorted(pauses)


def test_a_run_is_submitted_once_however_often_the_answer_is_lost(
    scripted_line: CommandLine, server: ScriptedServer
) -> None:
    """Every try of one command has the same key; another command has another one."""
    runs = "/v1/stacks/shop/dev/runs"
    server.on("POST", "/v1/programs", HangUp(), {"digest": "x", "upload": None})
    server.on("POST", runs, HangUp(), Reply(status=502), Reply(run_document(), status=201))

    for _ in range(2):
        assert scripted_line.operate("up", "--detach").exit_code == ExitCode.OK

    keys = [each.headers["idempotency-key"] for each in server.asked_for("POST", runs)]
    assert len(keys) == 4
    assert len(set(keys[:3])) == 1
    assert keys[3] != keys[0]


def test_a_lost_upload_starts_nothing(scripted_line: CommandLine, server: ScriptedServer) -> None:
    """Without its program there is no run, and the error says so."""
    place = {"method": "PUT", "url": f"{server.url}/store", "headers": {}}
    server.on("POST", "/v1/programs", {"digest": "x", "upload": place})
    server.on("PUT", "/store", Reply(status=503))

    ran = scripted_line.operate("up", "--json")

    assert ran.exit_code == ExitCode.ENVIRONMENT_FAULT
    assert json.loads(ran.out)["error"]["code"] == "program_upload"
    assert server.asked_for("POST", "/v1/stacks/shop/dev/runs") == []
