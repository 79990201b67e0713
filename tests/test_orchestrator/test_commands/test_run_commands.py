"""`hoist runs | logs | cancel` through the real API."""

import json
import os
import signal
from collections.abc import Iterator

import pytest

from command_line import CommandLine
from command_site import CommandSite
from hoist.cli.exit_codes import ExitCode
from hoist.operation_events import OperationName, Outcome
from orchestrator.runs.states import RunState, SliceOutcome
from shown_operations import PICTURES, Narrator


def submitted(line: CommandLine, message: str = "") -> str:
    """The id of a new run in the queue."""
    return line.operate("up", "--detach", "--message", message).out.strip()


def work_one(
    site: CommandSite, outcome: SliceOutcome = SliceOutcome.SUCCEEDED, reason: str = ""
) -> str:
    """Work the stack's next run to its end; its id."""
    claim = site.claim()
    tell = Narrator(site.estate.clock)
    kind = Outcome.SUCCEEDED if outcome is SliceOutcome.SUCCEEDED else Outcome.FAILED
    site.tell(
        claim,
        tell.begins(OperationName.UP, number=1),
        tell.done(PICTURES, "create", after=1),
        tell.ends(kind, number=1),
    )
    site.end(claim, outcome, reason)
    return claim.run.id


def test_runs_are_listed_newest_first(site: CommandSite, line: CommandLine) -> None:
    """Each with its state, its place in the queue and why it was asked for."""
    first, second, third = submitted(line, "one"), submitted(line, "two"), submitted(line, "three")
    work_one(site)
    site.claim()

    rows = line.ask("runs").out.splitlines()
    newest = line.json("runs", "list", "--limit", "1")

    assert rows[0].split() == ["RUN", "KIND", "STATE", "AGE", "MESSAGE"]
    assert [row.split()[0] for row in rows[1:]] == [third, second, first]
    assert "queued, 1 ahead" in rows[1]
    assert "running" in rows[2]
    assert "succeeded" in rows[3]
    assert rows[3].endswith("one")
    assert [run["id"] for run in newest] == [third]


def test_a_run_is_shown_with_its_moves_and_slices(site: CommandSite, line: CommandLine) -> None:
    """How it came to where it is, line by line."""
    run_id = submitted(line, "because")
    work_one(site, SliceOutcome.FAILED, "the cloud says no")

    shown = line.ask("runs", "show", run_id).out

    facts, moves, slices = shown.split("\n\n")
    assert f"run        {run_id}" in facts
    assert "reason     the cloud says no" in facts
    assert "message    because" in facts
    assert [move.split()[2] for move in moves.splitlines()[1:]] == [
        "submitted",
        "claimed",
        "slice",
    ]
    assert slices.splitlines()[1].split()[:2] == ["1", "failed"]
    assert line.json("runs", "show", "latest")["id"] == run_id


def test_a_run_that_needs_a_person_is_retried(site: CommandSite, line: CommandLine) -> None:
    """`retry` lets it go on, and says how to follow it."""
    run_id = submitted(line)
    work_one(site, SliceOutcome.NEEDS_ATTENTION, "in doubt")

    ran = line.ask("runs", "resolve", run_id, "retry")

    assert (ran.exit_code, ran.out) == (ExitCode.OK, f"Run {run_id} is interrupted.\n")
    assert f"hoist logs {run_id} --follow" in ran.err
    assert site.only_run.state is RunState.INTERRUPTED


def test_a_run_that_needs_nobody_cannot_be_resolved(site: CommandSite, line: CommandLine) -> None:
    """The server says so with its own code, which is a conflict."""
    run_id = submitted(line)

    ran = line.ask("runs", "resolve", run_id, "cancel", "--json")

    assert ran.exit_code == ExitCode.CONFLICT
    assert json.loads(ran.out)["error"]["code"] == "run_needs_no_attention"


def test_the_next_run_is_cancelled_where_none_is_named(
    site: CommandSite, line: CommandLine
) -> None:
    """The one at the head of the queue: one that waits is dropped, one that runs is asked."""
    first, second = submitted(line), submitted(line)

    dropped = line.ask("cancel")
    assert dropped.out == f"Run {first} is cancelled.\n"

    site.claim()
    asked = line.ask("cancel")
    assert asked.out == f"Run {second} finishes what is in flight, and begins nothing new.\n"
    assert f"hoist logs {second} --follow" in asked.err
    assert site.runs[0].cancel


def test_a_run_is_cancelled_by_its_id(line: CommandLine) -> None:
    """`--json` tells the run as it is now."""
    submitted(line)
    second = submitted(line)

    assert line.json("cancel", second)["state"] == "cancelled"


def test_nothing_to_cancel_is_a_mistake(site: CommandSite, line: CommandLine) -> None:
    """The way out lists the runs that there are."""
    submitted(line)
    work_one(site)

    ran = line.ask("cancel")

    assert ran.exit_code == ExitCode.USAGE
    assert "has no run that could be cancelled" in ran.err
    assert "hoist runs" in ran.err


def test_an_empty_name_cancels_nothing(site: CommandSite, line: CommandLine) -> None:
    """A script with an empty variable does not hit the run of somebody else."""
    submitted(line)

    assert line.ask("cancel", "").exit_code == ExitCode.USAGE
    assert site.only_run.state is RunState.QUEUED


def test_a_run_that_ended_cannot_be_cancelled(site: CommandSite, line: CommandLine) -> None:
    """It is too late, and the server says so."""
    run_id = submitted(line)
    work_one(site)

    ran = line.ask("cancel", run_id)

    assert ran.exit_code == ExitCode.CONFLICT
    assert "cannot be cancelled any more" in ran.err


def test_logs_show_the_newest_run_as_it_was(site: CommandSite, line: CommandLine) -> None:
    """The same lines as while it ran, with the result; the exit code is that of showing it."""
    submitted(line)
    work_one(site, SliceOutcome.FAILED)

    ran = line.ask("logs")

    assert ran.exit_code == ExitCode.OK
    assert "[1] created aws:s3:Bucket pictures" in ran.err
    assert ran.out.startswith("up shop/dev #1 failed")


def test_logs_of_a_run_that_goes_on_end_where_it_is(site: CommandSite, line: CommandLine) -> None:
    """There is no result yet, and standard error says how to wait for it."""
    first, _ = submitted(line), submitted(line)
    site.claim()

    ran = line.ask("logs", first)

    assert (ran.exit_code, ran.out) == (ExitCode.OK, "")
    assert f"Run {first} is running; --follow waits for more." in ran.err


def test_followed_logs_end_as_the_operation(site: CommandSite, line: CommandLine) -> None:
    """With --follow the exit code is that of the run; --json is NDJSON alone."""
    submitted(line)

    def work(site: CommandSite) -> Iterator[None]:
        yield
        work_one(site, SliceOutcome.FAILED)

    site.works(work)
    ran = line.ask("logs", "--follow", "--json")

    assert ran.exit_code == ExitCode.FAILED
    assert ran.result["outcome"] == "failed"
    assert [event["type"] for event in ran.events][:3] == [
        *("run_moved", "run_moved", "operation_started")
    ]
    assert ran.err == ""


def test_who_only_watches_cancels_nothing(site: CommandSite, line: CommandLine) -> None:
    """Ctrl-C ends the following at once, and the run goes on."""
    submitted(line)

    def work(site: CommandSite) -> Iterator[None]:
        site.claim()
        yield
        os.kill(os.getpid(), signal.SIGINT)
        yield

    site.works(work)
    ran = line.ask("logs", "--follow")

    assert ran.exit_code == ExitCode.INTERRUPTED
    assert "it goes on" in ran.err
    assert (site.only_run.state, site.only_run.cancel) == (RunState.RUNNING, None)


@pytest.mark.parametrize("command", [("logs",), ("logs", "run-1"), ("runs", "show", "run-1")])
def test_a_run_that_is_missing(
    command: tuple[str, ...], site: CommandSite, line: CommandLine
) -> None:
    """A stack without runs has no newest one either."""
    site.make_stack()

    ran = line.ask(*command, "--json")

    assert ran.exit_code == ExitCode.USAGE
    assert json.loads(ran.out)["error"]["code"] == "run_not_found"
