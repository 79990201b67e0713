"""`hoist up --here` and its like: the real engine, in the process of the command."""

import json
import signal
import subprocess
from pathlib import Path

import pytest

from deployments import TestStack
from hoist.cli.exit_codes import ExitCode
from hoist_command import HoistCommand
from local.installation import LocalInstallation

pytestmark = [pytest.mark.engine, pytest.mark.emulator]

CANARY = "canary-6f1d2a"
PROGRAM = """
    import probe, pulumi

    token = pulumi.Config().require_secret("token")
    pulumi.log.warn("careful")
    print("the token is", pulumi.Config().require("token"))
    probe.Item("one", value=pulumi.Config().get("value") or "a", token=token)
    probe.Item("two", payload=pulumi.Config().require("token"))
    pulumi.export("plain", {"size": 3})
    pulumi.export("callback", pulumi.Output.concat("https://x/?t=", token))
"""


@pytest.fixture
def hoist(installation: LocalInstallation, stack: TestStack) -> HoistCommand:
    """The command, in the directory of the stack's program."""
    stack.write_program(PROGRAM)
    return HoistCommand(installation, stack.directory)


def test_a_stacks_life_in_json(hoist: HoistCommand, stack: TestStack) -> None:
    """Update, no-op, change, refresh, destroy: every line is JSON, no secret in any."""
    operation = ("--here", "--stack", stack.name.stack, "--json")
    stack.configure({}, secret={"trial:token": CANARY})
    ran = [created := hoist.run("up", *operation)]
    ran.append(again := hoist.run("up", "--expect-no-changes", *operation))
    stack.configure({"trial:value": "b"})
    ran.append(planned := hoist.run("preview", *operation))
    ran.append(unexpected := hoist.run("up", "--expect-no-changes", *operation))
    ran.append(refreshed := hoist.run("refresh", *operation))
    ran.append(destroyed := hoist.run("destroy", "--yes", "--remove", *operation))

    assert created.result["changes"] == {"create": 3}
    assert created.result["outputs"] == {
        "callback": {"value": "[secret]", "is_secret": True},
        "plain": {"value": {"size": 3}, "is_secret": False},
    }
    kinds = {event["type"] for event in created.events}
    assert {"operation_started", "step_done", "diagnostic", "program_output"} <= kinds
    assert (again.exit_code, again.result["changes"]) == (ExitCode.OK, {"same": 3})
    (changes,) = (
        event["changes"]
        for event in planned.events
        if event["type"] == "step_done" and event["operation"] == "update"
    )
    assert changes == [{"path": "value", "kind": "update", "old": "a", "new": "b"}]
    assert unexpected.exit_code == ExitCode.UNEXPECTED_CHANGES
    assert unexpected.result["outcome"] == "changes_found"
    assert refreshed.exit_code == ExitCode.OK
    assert (destroyed.exit_code, destroyed.result["changes"]) == (ExitCode.OK, {"delete": 3})
    assert stack.workshop.installation.service.stacks.find(stack.name) is None
    assert CANARY not in "".join(one.out + one.err for one in ran)


def test_an_update_is_told_in_a_log(hoist: HoistCommand, stack: TestStack) -> None:
    """A line per change on standard error, the result on standard output, no secret in either."""
    stack.configure({}, secret={"trial:token": CANARY})

    up = hoist.run("up", "--here", "--stack", stack.name.stack)

    assert up.exit_code == ExitCode.OK, up.err
    assert "3 created" in up.out
    assert up.err.splitlines()[-1].startswith("[3] created pulumi:pulumi:Stack")
    assert "callback  [secret]" in up.out
    assert CANARY not in up.out + up.err


def test_a_failed_resource_is_told_with_its_error(hoist: HoistCommand, stack: TestStack) -> None:
    """The result names what failed and why, and that the next update goes on."""
    stack.write_program('import probe; probe.Item("bad", failCreate="the cloud says no")')

    ran = hoist.run("up", "--here", "--stack", stack.name.stack)

    assert ran.exit_code == ExitCode.FAILED
    assert "creating probe:index:Item bad failed\n  the cloud says no\n" in ran.out
    assert "update failed" not in ran.out
    assert f"hoist up --stack {stack.name.stack}  # once it is mended" in ran.out


def test_a_programs_traceback_is_told_once(hoist: HoistCommand, stack: TestStack) -> None:
    """An exception of the program is in the result, whole, and nowhere else."""
    stack.write_program('raise ValueError("boom")')

    ran = hoist.run("up", "--here", "--stack", stack.name.stack)

    assert ran.exit_code == ExitCode.FAILED
    assert ran.out.count("ValueError: boom") == 1
    assert ran.out.count("Traceback") == 1
    assert "Traceback" not in ran.err


def test_ctrl_c_lets_what_is_in_flight_finish(
    hoist: HoistCommand, stack: TestStack, tmp_path: Path
) -> None:
    """After one Ctrl-C the create under way is finished and kept, and nothing new is begun."""
    stack.write_program(f"""
        import probe, pulumi
        first = probe.Item("first", waitFor={str(tmp_path / "go")!r})
        probe.Item("second", opts=pulumi.ResourceOptions(depends_on=[first]))
    """)
    process = hoist.start("up", "--here", "--json", "--stack", stack.name.stack)
    _await_event(process, "step_started", "first")

    process.send_signal(signal.SIGINT)
    _await_event(process, "stop_requested")
    # Not before the engine says that it has heard it: it would still begin the second item.
    assert "cancelling" in str(_await_event(process, "diagnostic")["message"])
    (tmp_path / "go").touch()
    out, err = process.communicate(timeout=60)

    result = json.loads(out.splitlines()[-1])
    assert (process.returncode, result["outcome"]) == (ExitCode.INTERRUPTED, "cancelled"), err
    assert stack.resource_names == ["first"]
    assert stack.record.active is None
    assert hoist.run("up", "--here", "--stack", stack.name.stack).exit_code == ExitCode.OK


def test_a_second_ctrl_c_leaves_a_create_to_be_settled(
    hoist: HoistCommand, stack: TestStack, tmp_path: Path
) -> None:
    """Stopped at once, the create is pending: an update refuses, a refresh settles it."""
    here = ("--here", "--stack", stack.name.stack)
    stack.write_program(f'import probe; probe.Item("first", waitFor={str(tmp_path / "go")!r})')
    process = hoist.start("up", "--json", *here)
    urn = _await_event(process, "step_started", "first")["urn"]

    for _ in range(2):
        process.send_signal(signal.SIGINT)
        _await_event(process, "stop_requested")
    out, err = process.communicate(timeout=60)

    result = json.loads(out.splitlines()[-1])
    assert (process.returncode, result["outcome"]) == (ExitCode.INTERRUPTED, "cancelled"), err
    assert [create["urn"] for create in result["pending_creates"]] == [urn]
    refused = hoist.run("up", *here)
    assert refused.exit_code != ExitCode.OK
    assert str(urn) in refused.err
    assert "hoist refresh --clear-pending-creates" in refused.err
    assert hoist.run("refresh", "--clear-pending-creates", *here).exit_code == ExitCode.OK
    (tmp_path / "go").touch()
    assert hoist.run("up", *here).exit_code == ExitCode.OK


def test_a_terminal_shows_a_tree_and_asks_before_it_destroys(
    hoist: HoistCommand, stack: TestStack
) -> None:
    """On a terminal there is a tree; a destroy is done when the stack's name was typed."""
    here = ("--here", "--stack", stack.name.stack)
    stack.write_program('import probe; probe.Item("one")')

    up = hoist.run_on_terminal("up", *here)
    careless = hoist.run_on_terminal("destroy", *here, typed="y\n")
    meant = hoist.run_on_terminal("destroy", *here, typed=f"{stack.name.stack}\n")

    assert up.exit_code == ExitCode.OK, up.out
    assert "└─ + probe:index:Item one  created" in up.out
    assert careless.exit_code == ExitCode.CANCELLED
    assert meant.exit_code == ExitCode.OK, meant.out
    assert stack.state.is_empty


def _await_event(process: "subprocess.Popen[str]", kind: str, name: str = "") -> dict[str, object]:
    """Read on until an event of this kind, about the resource of this name."""
    assert process.stdout is not None
    for line in process.stdout:
        event: dict[str, object] = json.loads(line)
        if event["type"] == kind and str(event.get("urn", "")).endswith(name):
            return event
    raise AssertionError(f"it ended without a {kind} of {name}")
