"""`hoist health` against a server whose answers are written down."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from command_line import CommandLine, command_line
from command_site import sign_in
from health.findings.assessment import Status
from health.report.document import report_document
from health.report.text import report_text
from health_reports import ASSESSMENTS, a_report, told, told_of
from hoist.cli.exit_codes import ExitCode
from hoist_command import HoistShell
from scripted_server import HangUp, Reply, ScriptedServer

PATH = "/health"
CODES = {
    Status.PASS: ExitCode.OK,
    Status.WARN: ExitCode.HEALTH_WARNS,
    Status.FAIL: ExitCode.HEALTH_FAILS,
    Status.UNKNOWN: ExitCode.HEALTH_UNKNOWN,
}


@pytest.fixture
def line(server: ScriptedServer, tmp_path: Path) -> CommandLine:
    sign_in(tmp_path, server.url)
    return command_line(tmp_path, server.url)


def signed_in_shell(server: ScriptedServer, home: Path) -> HoistShell:
    sign_in(home, server.url)
    return HoistShell(home, {"HOIST_SERVER": server.url, "HOME": str(home)})


def press_ctrl_c() -> None:
    """Where the command waits for an answer."""
    os.kill(os.getpid(), signal.SIGINT)


def test_who_is_not_signed_in_is_asked_to(server: ScriptedServer, tmp_path: Path) -> None:
    """Nothing is asked of the server without a token."""
    ran = command_line(tmp_path, server.url).run("health")

    assert ran.exit_code == ExitCode.AUTHENTICATION
    assert f"hoist login {server.url}" in ran.err
    assert server.asked == []


def test_the_token_is_sent(server: ScriptedServer, line: CommandLine) -> None:
    """As every command sends it."""
    server.on("GET", PATH, told_of(Status.PASS))

    line.run("health")

    [asked] = server.asked
    assert asked.headers["authorization"].startswith("Bearer hoist_")


@pytest.mark.parametrize("status", Status)
def test_a_person_reads_the_report(
    server: ScriptedServer, line: CommandLine, status: Status
) -> None:
    """Standard output has the report and nothing else; the exit code is the verdict's."""
    server.on("GET", PATH, told_of(status))

    ran = line.run("health")

    assert (ran.out, ran.err) == (report_text(a_report(ASSESSMENTS[status])), "")
    assert ran.exit_code == CODES[status]


def test_all_parts_come_in_their_order(server: ScriptedServer, line: CommandLine) -> None:
    """The verdict, findings worst first with command, setting and cost, the unknown, the price."""
    report = a_report(*(ASSESSMENTS[status] for status in (Status.UNKNOWN, Status.FAIL)))
    server.on("GET", PATH, told(report))

    out = line.run("health").out

    parts = [
        "hoist-dev fails: 1 failure",
        "FAIL  ",
        "  seen    Sum of Throttles is 0.2",
        "          aws lambda put-function-concurrency",
        "  keep    hoist:parallelRuns",
        "  cost    +$0.42 a month",
        "Not known\n  function hoist-dev-worker: CloudWatch did not send it",
        "Health itself costs about $2.13 a month",
    ]
    places = [out.find(part) for part in parts]
    assert -1 not in places
    assert places == sorted(places)


@pytest.mark.parametrize("status", Status)
def test_json_is_the_document_as_it_came(
    server: ScriptedServer, line: CommandLine, status: Status
) -> None:
    """What a newer server says beyond what this command knows is in it as well."""
    answer = told_of(status)
    document = {**answer.document, "more": 1}
    server.on("GET", PATH, Reply(document, status=answer.status, headers=answer.headers))

    ran = line.run("health", "--json")

    assert (json.loads(ran.out), ran.exit_code) == (document, CODES[status])


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (Reply({"code": "loopback_only"}, status=403), ExitCode.AUTHENTICATION),
        (Reply({"code": "route_not_found"}, status=404), ExitCode.USAGE),
        (Reply({"message": "x"}, status=503), ExitCode.ENVIRONMENT_FAULT),
        (Reply({"status": "pass"}), ExitCode.ENVIRONMENT_FAULT),
        (HangUp(), ExitCode.ENVIRONMENT_FAULT),
    ],
)
def test_who_is_not_told_is_not_told_that_it_is_well(
    server: ScriptedServer, line: CommandLine, answer: Reply | HangUp, code: ExitCode
) -> None:
    """Without a report there is an error, and neither 0 nor a verdict's exit code."""
    server.on("GET", PATH, answer)

    ran = line.run("health")

    assert (ran.out, ran.exit_code) == ("", code)
    assert ran.err.startswith("error: ")


def test_watching_ends_with_what_was_seen_last(server: ScriptedServer, line: CommandLine) -> None:
    """Ctrl-C leaves with the last look's exit code; each look but the cut-off one was shown."""
    server.on(
        "GET",
        PATH,
        told_of(Status.PASS),
        told_of(Status.FAIL),
        told_of(Status.PASS, first=press_ctrl_c),
    )

    ran = line.run("health", "--watch", "--every", "30")

    reports = [report_text(a_report(ASSESSMENTS[each])) for each in (Status.PASS, Status.FAIL)]
    assert (ran.out, ran.err) == ("\n".join(reports), "")
    assert ran.exit_code == ExitCode.HEALTH_FAILS


def test_watching_as_json_is_a_line_for_each_look(
    server: ScriptedServer, line: CommandLine
) -> None:
    """A look without an answer is a line with its error, and what is known then is nothing."""
    broken = Reply({"code": "function_missing", "detail": "not deployed"}, status=500)
    server.on(
        "GET",
        PATH,
        told_of(Status.PASS),
        broken,
        told_of(Status.WARN),
        broken,
        told_of(Status.PASS, first=press_ctrl_c),
    )

    ran = line.run("health", "--watch", "--json")

    assert [each.get("verdict", each.get("error", {}).get("code")) for each in ran.events] == [
        "pass",
        "function_missing",
        "warn",
        "function_missing",
    ]
    assert ran.events[0] == json.loads(
        json.dumps(report_document(a_report(ASSESSMENTS[Status.PASS])))
    )
    assert ran.exit_code == ExitCode.HEALTH_UNKNOWN


def test_watching_waits_between_looks(server: ScriptedServer, line: CommandLine) -> None:
    """As long as it was told to, on its own clock."""
    began = line.clock.now()
    answers = [told_of(Status.PASS)] * 3
    server.on("GET", PATH, *answers, told_of(Status.PASS, first=press_ctrl_c))

    line.run("health", "--watch", "--every", "7")

    assert (line.clock.now() - began).total_seconds() == 21


def test_a_first_look_without_an_answer_ends_it(server: ScriptedServer, line: CommandLine) -> None:
    """Who names a wrong server is told so at once."""
    server.on("GET", PATH, HangUp())

    assert line.run("health", "--watch").exit_code == ExitCode.ENVIRONMENT_FAULT


def test_who_leaves_before_the_first_look_has_seen_nothing(
    server: ScriptedServer, line: CommandLine
) -> None:
    """The exit code is that of an interruption."""
    server.on("GET", PATH, told_of(Status.PASS, first=press_ctrl_c))

    assert line.run("health", "--watch").exit_code == ExitCode.INTERRUPTED


@pytest.mark.thorough
def test_a_terminal_is_redrawn_and_left_clean(server: ScriptedServer, tmp_path: Path) -> None:
    """The page changes with each look, says when nobody answers, and stays when it is left."""
    server.on("GET", PATH, told_of(Status.PASS), Reply(status=500), told_of(Status.FAIL))
    shell = signed_in_shell(server, tmp_path)

    session = shell.start_on_terminal("health", "--watch", "--every", "2")
    session.await_text("hoist-dev is well")
    session.await_text("trying again")
    session.await_text("hoist-dev fails: 1 failure")
    session.press_ctrl_c()
    ran = session.ended()

    assert ran.exit_code == ExitCode.HEALTH_FAILS
    assert "Traceback" not in ran.out
    assert "put-function-concurrency" in ran.out


@pytest.mark.thorough
def test_colours_change_no_word(server: ScriptedServer, tmp_path: Path) -> None:
    """A terminal shows the text that a file gets."""
    server.on("GET", PATH, told_of(Status.WARN))
    shell = signed_in_shell(server, tmp_path)

    shown = shell.run_on_terminal("health").out.replace("\r\n", "\n")

    assert shown == shell.run("health").out


WHICH_MODULES = """
import sys
from hoist.cli.main import main
code = main(["health"])
print("modules:", *sys.modules, file=sys.stderr)
sys.exit(code)
"""


@pytest.mark.thorough
def test_it_starts_fast(server: ScriptedServer, tmp_path: Path) -> None:
    """Off a terminal it imports nothing that draws, and nothing of AWS's."""
    server.on("GET", PATH, told_of(Status.PASS))
    sign_in(tmp_path, server.url)
    ran = subprocess.run(
        [sys.executable, "-c", WHICH_MODULES],
        env={"HOIST_SERVER": server.url, "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )

    modules = ran.stderr.partition("modules:")[2].split()
    assert ran.returncode == ExitCode.OK, ran.stderr
    unwanted = {"rich", "boto3", "botocore", "aws_lambda_powertools", "pydantic", "psutil"}
    assert unwanted & set(modules) == set()
    assert not [name for name in modules if name.partition(".")[0] in {"local", "orchestrator"}]
