"""`hoist up | preview | refresh | destroy` through the real API, worked by a worker of the test."""

import json
import os
import signal
from collections.abc import Iterator

import pytest

from command_line import CommandLine
from command_site import DEV, CommandSite, Worker
from hoist.cli.exit_codes import ExitCode
from hoist.operation_events import OperationName, Outcome, Output, PendingCreate
from orchestrator.runs.states import RunState, SliceOutcome
from shown_operations import BUCKET, ORDERS, PICTURES, Narrator

pytestmark = pytest.mark.thorough

ENDINGS = {
    SliceOutcome.SUCCEEDED: (Outcome.SUCCEEDED, ExitCode.OK),
    SliceOutcome.FAILED: (Outcome.FAILED, ExitCode.FAILED),
    SliceOutcome.CANCELLED: (Outcome.CANCELLED, ExitCode.INTERRUPTED),
}


def in_one_slice(
    outcome: SliceOutcome = SliceOutcome.SUCCEEDED, kind: OperationName = OperationName.UP
) -> Worker:
    """A worker that claims a run, creates a bucket, and ends."""

    def work(site: CommandSite) -> Iterator[None]:
        yield
        claim = site.claim()
        tell = Narrator(site.estate.clock)
        site.tell(
            claim,
            tell.begins(kind, number=1),
            tell.step(PICTURES, "create"),
            tell.done(PICTURES, "create", after=2),
            tell.ends(
                ENDINGS[outcome][0],
                kind,
                number=1,
                changes={"create": 1},
                outputs={"url": Output("https://x", is_secret=False)},
            ),
        )
        yield
        site.end(claim, outcome)

    return work


def test_an_update_from_the_directory_to_its_result(site: CommandSite, line: CommandLine) -> None:
    """The program is uploaded, the run is followed, and the last block tells what to do next."""
    site.works(in_one_slice())

    ran = line.operate("up", "--message", "first", "--parallel", "7")

    assert ran.exit_code == ExitCode.OK, ran.err
    run = site.only_run
    assert (run.request.message, run.request.options.parallel) == ("first", 7)
    assert site.estate.programs.exists(run.request.program_digest)
    assert ran.err.splitlines() == [
        f"run {run.id} is queued",
        f"run {run.id} is running",
        "up shop/dev #1 ...",
        "[1] created aws:s3:Bucket pictures (2.0 s)",
    ]
    assert ran.out.startswith("up shop/dev #1 succeeded")
    assert f"hoist outputs --directory {line.project}" in ran.out


def test_json_is_the_runs_moves_and_the_workers_events(
    site: CommandSite, line: CommandLine
) -> None:
    """Standard output has one JSON object per line, in order of time, the result last."""
    site.works(in_one_slice())

    ran = line.operate("up", "--json")

    kinds = [event["type"] for event in ran.events]
    states = [event["state"] for event in ran.events if event["type"] == "run_moved"]
    assert kinds == [
        *("run_moved", "run_moved", "operation_started", "step_started", "step_done"),
        *("run_moved", "result"),
    ]
    assert states == ["queued", "running", "succeeded"]
    assert ran.result["outputs"] == {"url": {"value": "https://x", "is_secret": False}}
    assert ran.err == ""


@pytest.mark.parametrize("outcome", ENDINGS)
def test_the_exit_code_is_that_of_the_operation(
    outcome: SliceOutcome, site: CommandSite, line: CommandLine
) -> None:
    """A run that failed or was cancelled is no success of the command either."""
    site.works(in_one_slice(outcome))

    assert line.operate("up").exit_code == ENDINGS[outcome][1]


def test_the_same_program_is_uploaded_once(site: CommandSite, line: CommandLine) -> None:
    """What the server has is not sent again; each command is a run of its own."""
    for _ in range(2):
        site.works(in_one_slice())
        assert line.operate("preview").exit_code == ExitCode.OK

    runs = site.runs
    assert len(runs) == 2
    assert len({run.request.program_digest for run in runs}) == 1


def test_a_run_of_two_slices_is_one_story(site: CommandSite, line: CommandLine) -> None:
    """What the first slice did stays told and counted, and the second one goes on."""

    def work(site: CommandSite) -> Iterator[None]:
        tell = Narrator(site.estate.clock)
        first = site.claim()
        site.tell(
            first,
            tell.begins(OperationName.UP, number=1, resources=2),
            tell.step(PICTURES, "create"),
            tell.done(PICTURES, "create", after=1),
        )
        site.estate.clock.advance(1)
        site.end(first, SliceOutcome.INTERRUPTED)
        yield
        second = site.claim(worker_id="worker-2")
        site.tell(
            second,
            tell.begins(OperationName.UP, number=2, resources=1),
            tell.done(PICTURES, "same"),
            tell.step(ORDERS, "create"),
            tell.done(ORDERS, "create", after=1),
            tell.ends(Outcome.SUCCEEDED, number=2),
        )
        site.end(second, SliceOutcome.SUCCEEDED)
        yield

    site.works(work)
    ran = line.operate("up")

    assert ran.exit_code == ExitCode.OK, ran.err
    told = [text for text in ran.err.splitlines() if "created" in text or "is interrupted" in text]
    assert [text.split()[0] for text in told] == ["[1/~2]", "run", "[2/~2]"]
    assert "is interrupted: slice 1 reached its deadline" in told[1]


def test_a_worker_that_died_is_told(site: CommandSite, line: CommandLine) -> None:
    """Who took over, and why, is a line; the result is that of the run."""

    def work(site: CommandSite) -> Iterator[None]:
        tell = Narrator(site.estate.clock)
        site.claim()
        yield
        site.estate.clock.advance(61)
        second = site.claim(worker_id="worker-2")
        site.tell(second, tell.begins(OperationName.UP), tell.ends(Outcome.SUCCEEDED, seconds=1.0))
        site.end(second, SliceOutcome.SUCCEEDED)

    site.works(work)
    ran = line.operate("up")

    assert ran.exit_code == ExitCode.OK, ran.err
    assert "worker worker-1 was not heard of for 61 s" in ran.err


def test_a_run_whose_workers_all_died_has_a_result_too(
    site: CommandSite, line: CommandLine
) -> None:
    """No worker told how it ended: the run itself knows, and it is a failure."""

    def work(site: CommandSite) -> Iterator[None]:
        for number in range(3):
            site.claim(worker_id=f"worker-{number}")
            site.estate.clock.advance(61)
        stack_id = site.estate.stacks.require(DEV).id
        assert site.estate.runs.claim_next(stack_id, worker_id="worker-4") is None
        yield

    site.works(work)
    ran = line.operate("up", "--json")

    assert ran.exit_code == ExitCode.FAILED
    assert ran.result["outcome"] == "failed"
    assert "worker worker-2 was not heard of" in ran.result["reason"]


def test_a_run_that_needs_a_person_is_a_failure_with_advice(
    site: CommandSite, line: CommandLine
) -> None:
    """The commands that settle it are named, with the run's id in them."""

    def work(site: CommandSite) -> Iterator[None]:
        claim = site.claim()
        tell = Narrator(site.estate.clock)
        pending = (PendingCreate(PICTURES, BUCKET),)
        site.tell(claim, tell.ends(Outcome.FAILED, pending_creates=pending))
        site.end(claim, SliceOutcome.NEEDS_ATTENTION, "a create is in doubt")
        yield

    site.works(work)
    ran = line.operate("up")

    run = site.only_run
    assert (ran.exit_code, run.state) == (ExitCode.FAILED, RunState.NEEDS_ATTENTION)
    assert f"run {run.id} needs attention: a create is in doubt" in ran.err
    assert f"hoist runs resolve {run.id} retry" in ran.out
    assert f"hoist cancel {run.id}" in ran.out


def test_a_result_from_before_a_retry_is_not_the_runs_own(
    site: CommandSite, line: CommandLine
) -> None:
    """A run that went on after it needed a person ends as its last slice did."""

    def work(site: CommandSite) -> Iterator[None]:
        claim = site.claim()
        tell = Narrator(site.estate.clock)
        site.tell(claim, tell.ends(Outcome.FAILED, reason="in doubt"))
        site.end(claim, SliceOutcome.NEEDS_ATTENTION)
        site.estate.runs.cancel(claim.run.stack_id, claim.run.id, who="ada")
        yield

    site.works(work)
    ran = line.operate("up", "--json")

    assert (ran.exit_code, ran.result["outcome"]) == (ExitCode.INTERRUPTED, "cancelled")
    assert "in doubt" not in ran.result["reason"]


def test_a_run_that_was_dropped_from_the_queue(site: CommandSite, line: CommandLine) -> None:
    """Cancelled by somebody else before it began, it ends as a cancelled one."""

    def work(site: CommandSite) -> Iterator[None]:
        stack_id = site.estate.stacks.require(DEV).id
        site.estate.runs.cancel(stack_id, site.only_run.id, who="ada")
        yield

    site.works(work)
    ran = line.operate("up")

    assert ran.exit_code == ExitCode.INTERRUPTED
    assert "cancelled by ada" in ran.out


def test_its_place_in_the_queue_is_told_as_it_changes(site: CommandSite, line: CommandLine) -> None:
    """Each run that ends before it brings it nearer, and that is a line."""
    for _ in range(2):
        line.operate("up", "--detach")

    def work(site: CommandSite) -> Iterator[None]:
        yield
        for _ in range(2):
            claim = site.claim()
            site.end(claim, SliceOutcome.SUCCEEDED)
            yield
        yield from in_one_slice()(site)

    site.works(work)
    ran = line.operate("up")

    run = site.runs[0]
    assert [text for text in ran.err.splitlines() if "queued" in text] == [
        f"run {run.id} is queued, 2 ahead of it",
        f"run {run.id} is queued, 1 ahead of it",
        f"run {run.id} is queued",
    ]


def test_detached_it_prints_the_run_and_how_to_follow_it(
    site: CommandSite, line: CommandLine
) -> None:
    """A script takes the id from standard output; nothing is waited for."""
    ran = line.operate("up", "--detach")

    run = site.only_run
    assert (ran.exit_code, ran.out) == (ExitCode.OK, f"{run.id}\n")
    assert f"hoist logs {run.id} --follow --directory {line.project}" in ran.err
    assert run.state is RunState.QUEUED


def test_detached_in_json_it_prints_where_the_run_is(site: CommandSite, line: CommandLine) -> None:
    """The one line is an event like any other."""
    ran = line.operate("up", "--detach", "--json")

    (event,) = ran.events
    assert (event["type"], event["state"]) == ("run_moved", "queued")
    assert event["run_id"] == site.only_run.id


def test_refresh_and_destroy_send_no_program(site: CommandSite, line: CommandLine) -> None:
    """What works on the state alone needs none."""
    site.make_stack()
    for command in ("refresh", "destroy"):
        site.works(in_one_slice(kind=OperationName(command)))
        answered = ("--yes",) if command == "destroy" else ()
        assert line.operate(command, *answered).exit_code == ExitCode.OK

    assert {run.request.program_digest for run in site.runs} == {""}


def test_a_destroyed_stack_is_removed_when_wanted(site: CommandSite, line: CommandLine) -> None:
    """`--remove` takes the stack away once its resources are gone, and says so."""
    site.make_stack()
    site.works(in_one_slice(kind=OperationName.DESTROY))

    ran = line.operate("destroy", "--yes", "--remove")

    assert ran.exit_code == ExitCode.OK, ran.err
    assert "The stack shop/dev is removed" in ran.err
    assert "--remove" not in ran.out
    assert site.estate.stacks.find(DEV) is None


def test_a_stack_is_not_removed_after_a_failure(site: CommandSite, line: CommandLine) -> None:
    """What is left of its resources stays known."""
    site.make_stack()
    site.works(in_one_slice(SliceOutcome.FAILED, OperationName.DESTROY))

    assert line.operate("destroy", "--yes", "--remove").exit_code == ExitCode.FAILED
    assert site.estate.stacks.find(DEV) is not None


@pytest.mark.parametrize("command", ["refresh", "destroy"])
def test_a_stack_that_is_missing_is_a_mistake_of_the_caller(
    command: str, line: CommandLine
) -> None:
    """The server's own code and way out reach the person."""
    answered = ("--yes",) if command == "destroy" else ()

    ran = line.operate(command, *answered, "--json")

    assert ran.exit_code == ExitCode.USAGE
    assert ran.result["error"]["code"] == "stack_not_found"
    assert "hoist up" in ran.result["error"]["way_out"]


def test_ctrl_c_off_a_terminal_cancels_and_waits(site: CommandSite, line: CommandLine) -> None:
    """A CI job that is stopped stops its run, and ends when that has stopped."""

    def work(site: CommandSite) -> Iterator[None]:
        claim = site.claim()
        yield
        os.kill(os.getpid(), signal.SIGTERM)
        while not site.only_run.cancel:
            yield
        tell = Narrator(site.estate.clock)
        site.tell(claim, tell.begins(OperationName.UP), tell.ends(Outcome.CANCELLED))
        site.end(claim, SliceOutcome.CANCELLED)

    site.works(work)
    ran = line.operate("up")

    assert ran.exit_code == ExitCode.INTERRUPTED
    assert "Asked the server to cancel it" in ran.err
    assert site.only_run.state is RunState.CANCELLED
    assert ran.out.startswith("up shop/dev stopped after")


@pytest.mark.parametrize("options", [(), ("--json",)])
def test_a_second_ctrl_c_leaves_the_run_to_itself(
    options: tuple[str, ...], site: CommandSite, line: CommandLine
) -> None:
    """The command ends with 130 and says how the run is followed; the run goes on."""

    def work(site: CommandSite) -> Iterator[None]:
        site.claim()
        yield
        os.kill(os.getpid(), signal.SIGINT)
        while not site.only_run.cancel:
            yield
        os.kill(os.getpid(), signal.SIGINT)
        yield

    site.works(work)
    ran = line.operate("up", *options)

    run = site.only_run
    assert (ran.exit_code, run.state) == (ExitCode.INTERRUPTED, RunState.RUNNING)
    assert f"run {run.id} is not followed any more; it goes on" in ran.err
    if options:
        error = ran.result["error"]
        assert error["code"] == "run_detached"
        assert f"hoist logs {run.id} --follow" in error["way_out"]
    else:
        assert f"hoist logs {run.id} --follow" in ran.err


def test_no_secret_of_the_result_is_shown(site: CommandSite, line: CommandLine) -> None:
    """What the server sends as secret has no value in it, and is printed so."""

    def work(site: CommandSite) -> Iterator[None]:
        claim = site.claim()
        tell = Narrator(site.estate.clock)
        output = {"token": Output("[secret]", is_secret=True)}
        site.tell(claim, tell.ends(Outcome.SUCCEEDED, outputs=output))
        site.end(claim, SliceOutcome.SUCCEEDED)
        yield

    site.works(work)

    assert "token  [secret]" in line.operate("up").out


def test_the_result_is_a_line_of_json_whatever_happens(
    site: CommandSite, line: CommandLine
) -> None:
    """Even a directory without a project ends in a result."""
    ran = line.run("up", str(line.project.parent), "--json")

    assert ran.exit_code == ExitCode.USAGE
    assert json.loads(ran.out)["outcome"] == "refused"
    assert site.estate.stacks.find(DEV) is None
