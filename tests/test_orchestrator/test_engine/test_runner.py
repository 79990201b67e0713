"""What the runner refuses before an engine starts, and that many runs leave nothing behind."""

import threading
from collections.abc import Mapping
from dataclasses import replace

import psutil
import pytest

from deployments import TestStack
from engine_children import eventually
from engine_processes import processes_below
from orchestrator.engine.operation_errors import OperationInvalidError
from orchestrator.engine.operations import Operation, OperationKind
from orchestrator.engine.programs.errors import ProgramDigestError
from orchestrator.engine.results import Outcome
from orchestrator.state.errors import StackNotFoundError
from orchestrator.state.names import StackName

pytestmark = [pytest.mark.engine, pytest.mark.emulator]

# Whatever each run left would show.
MANY = 12
PROGRAM = 'import probe\nprobe.Item("one")'


def test_a_stack_that_does_not_exist_is_named(stack: TestStack) -> None:
    """There is no operation on a stack that nobody made."""
    stack.write_program(PROGRAM)
    nobodys = Operation(OperationKind.UP, StackName("trial", "nobodys"))

    with pytest.raises(StackNotFoundError, match="trial/nobodys"):
        stack.workshop.runner.run(nobodys, stack.program, listener=stack.events.append)


@pytest.mark.parametrize("kind", [OperationKind.UP, OperationKind.PREVIEW])
def test_a_program_is_needed(stack: TestStack, kind: OperationKind) -> None:
    """An up without a program would delete everything: it is refused."""
    with pytest.raises(OperationInvalidError, match="needs a program"):
        stack.workshop.runner.run(Operation(kind, stack.name), None, listener=stack.events.append)


def test_a_program_that_is_not_the_named_one_is_not_run(stack: TestStack) -> None:
    """An archive that does not hold what its digest says starts no engine and opens nothing."""
    stack.write_program(PROGRAM)
    other = replace(stack.program, digest="0" * 64)

    with pytest.raises(ProgramDigestError):
        stack.workshop.runner.run(
            Operation(OperationKind.UP, stack.name), other, listener=stack.events.append
        )

    assert stack.record.version == 0
    assert list(stack.workshop.installation.room.runs.iterdir()) == []


@pytest.mark.parametrize("main", ["src", "src/app.py"])
def test_main_is_where_the_project_says(stack: TestStack, main: str) -> None:
    """A program below its project runs from there, and finds what the project vendored."""
    name = "src/app.py" if main.endswith(".py") else "src/__main__.py"
    stack.write_program(
        "raise SystemExit('not this one')",
        files={
            "Pulumi.yaml": f"name: {stack.name.project}\nruntime: python\nmain: {main}\n",
            name: "import pulumi, shelf\npulumi.export('size', shelf.SIZE)",
            "vendor/shelf/__init__.py": "SIZE = 3",
        },
    )

    result = stack.up()

    assert (result.outcome, stack.outputs) == (Outcome.SUCCEEDED, {"size": 3})


def test_what_a_program_says_is_heard(stack: TestStack) -> None:
    """Printed lines and messages to the engine arrive as events of their own."""
    stack.write_program(
        """
        import pulumi
        print("by print")
        pulumi.log.warn("by log")
        """
    )

    result = stack.up()

    assert [event.line for event in stack.events if hasattr(event, "line")] == ["by print"]
    assert [found.message for found in result.diagnostics] == ["by log"]


def test_a_message_and_its_circumstances_are_in_the_history(stack: TestStack) -> None:
    """Who looks later finds what an update was for, with which engine, and what it changed."""
    stack.write_program(PROGRAM)

    circumstances = {"PULUMI_CI_SYSTEM": "Hoist", "PULUMI_CI_BUILD_ID": "run-7"}
    stack.up(message="more room", extra_environment=circumstances)

    [update] = stack.history
    assert update.message == "more room"
    assert update.engine_version == "v3.250.0"
    assert update.environment["ci.build.id"] == "run-7"
    assert update.resource_changes == {"create": 2}


def test_many_runs_leave_nothing_behind(stack: TestStack) -> None:
    """Of processes, threads, descriptors and directories none is left by each run, or each other.

    One more or less may be another test's, whose connections are closed, or not, in between.
    """
    stack.write_program(PROGRAM)
    for _ in range(2):
        stack.up()
    before = footprint(stack)

    for _ in range(MANY):
        assert stack.up().outcome is Outcome.SUCCEEDED

    assert eventually(lambda: max(growth(before, footprint(stack)).values()) < MANY // 2), growth(
        before, footprint(stack)
    )


def growth(before: Mapping[str, int], after: Mapping[str, int]) -> dict[str, int]:
    return {name: after[name] - before[name] for name in before}


def footprint(stack: TestStack) -> dict[str, int]:
    return {
        "processes": len(processes_below()),
        "threads": threading.active_count(),
        "descriptors": psutil.Process().num_fds(),
        "directories": len(list(stack.workshop.installation.room.runs.iterdir())),
    }
