"""Operations through the commands, the API, the doorbell and the deployed worker."""

import json
from pathlib import Path

import pytest

from hoist.cli.exit_codes import ExitCode
from hoist.cli.server.errors import ServerConflictError
from orchestrator.commands.server.answers import RunFacts
from orchestrator.runs.states import RunKind
from running_hoist import RemoteStack, RunningHoist, eventually

pytestmark = [pytest.mark.engine, pytest.mark.emulator]

CANARY = "canary-91c04e"
SHELF = """
    import probe, pulumi

    config = pulumi.Config()
    probe.Item("one", value=config.get("value") or "a")
    probe.Item("two", token=config.require_secret("token"))
    pulumi.export("size", 2)
    pulumi.export("token", config.require_secret("token"))
"""
HELD = """
    import probe, pulumi

    probe.Item("held", waitFor=pulumi.Config().require("gate"))
"""
ONE_ITEM = """
    import probe

    probe.Item("one")
"""


def test_a_stacks_life_by_commands(remote: RemoteStack) -> None:
    """Config, preview, up, outputs, change, refresh, destroy: each does what it says."""
    remote.stack.write_program(SHELF)
    hoist, here = remote.command(), ("--stack", remote.stack.name.stack)
    ran = [hoist.run("config", "set", "--secret", "token", *here, stdin=f"{CANARY}\n")]
    ran.append(planned := hoist.run("preview", *here, "--json"))
    ran.append(created := hoist.run("up", *here, "--json"))
    ran.append(outputs := hoist.run("outputs", *here, "--json"))
    ran.append(again := hoist.run("up", "--expect-no-changes", *here, "--json"))
    ran.append(hoist.run("config", "set", "value", "b", *here))
    ran.append(changed := hoist.run("up", *here, "--json"))
    ran.append(resources := hoist.run("resources", *here, "--json"))
    ran.append(refreshed := hoist.run("refresh", *here, "--json"))
    ran.append(logged := hoist.run("logs", *here, "--json"))
    ran.append(destroyed := hoist.run("destroy", "--yes", *here, "--json"))
    ran.append(history := hoist.run("history", *here, "--json"))
    ran.append(runs := hoist.run("runs", *here, "--json"))

    assert [each.exit_code for each in ran] == [ExitCode.OK] * len(ran), ran
    assert planned.result["changes"] == created.result["changes"] == {"create": 3}
    assert json.loads(outputs.out) == {"size": 2, "token": "[secret]"}
    assert again.result["changes"] == {"same": 3}
    assert changed.result["changes"] == {"same": 2, "update": 1}
    assert len(json.loads(resources.out)) == 4
    assert refreshed.result["outcome"] == logged.result["outcome"] == "succeeded"
    assert destroyed.result["changes"] == {"delete": 3}
    assert [update["version"] for update in json.loads(history.out)] == [5, 4, 3, 2, 1]
    assert len(json.loads(runs.out)) == 6
    assert remote.stack.world.names() == []
    assert not [each for each in ran if CANARY in each.out + each.err]


def test_a_stacks_runs_stay_in_order_while_another_stack_goes_on(
    remote: RemoteStack, deployed: RunningHoist, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """The second run of a stack waits for the first; another stack's run does not."""
    directory = tmp_path_factory.mktemp("other")
    other = deployed.stack(directory)
    gate = directory / "gate"
    remote.stack.configure({f"{remote.stack.name.project}:gate": str(gate)})
    remote.stack.write_program(HELD)
    first = remote.submit(RunKind.UP)
    eventually(lambda: remote.stack.world.started_sign("held").exists(), bool)
    second = remote.submit(RunKind.DESTROY)
    other.stack.write_program(ONE_ITEM)

    beside = other.finished(other.submit(RunKind.UP))
    waiting = remote.api.run(second.id)
    gate.touch()

    assert beside.state == "succeeded"
    assert (waiting.state, waiting.position) == ("queued", 1)
    assert remote.finished(second).state == "succeeded"
    assert remote.api.run(first.id).state == "succeeded"
    assert remote.stack.world.operations() == [("create", "held"), ("delete", "held")]


def test_one_key_is_one_run(remote: RemoteStack) -> None:
    """Asked twice with one idempotency key, the program runs once; another wish is refused."""
    remote.stack.write_program(ONE_ITEM)

    asked = [remote.submit(RunKind.UP, key="once") for _ in range(3)]
    with pytest.raises(ServerConflictError):
        remote.submit(RunKind.DESTROY, key="once")

    assert len({run.id for run in asked}) == 1
    assert remote.finished(asked[0]).state == "succeeded"
    assert remote.stack.world.operations() == [("create", "one")]
    assert len(remote.api.runs(limit=20).runs) == 1


def test_rings_that_come_twice_do_nothing(remote: RemoteStack, deployed: RunningHoist) -> None:
    """Doorbells for a stack without a run end well, and leave nothing behind."""
    remote.stack.write_program(ONE_ITEM)
    run = remote.submit(RunKind.UP)

    for _ in range(3):
        deployed.doorbell.ring(remote.stack.record.id)
    finished = remote.finished(run)
    deployed.doorbell.ring(remote.stack.record.id)

    assert finished.state == "succeeded"
    assert len(finished.slices) == 1
    assert remote.stack.world.operations() == [("create", "one")]


def test_a_running_run_is_cancelled(remote: RemoteStack, tmp_path: Path) -> None:
    """What is under way is finished, nothing new is begun, and the state is known."""
    gate = tmp_path / "gate"
    remote.stack.configure({f"{remote.stack.name.project}:gate": str(gate)})
    remote.stack.write_program(HELD)
    run = remote.submit(RunKind.UP)
    eventually(lambda: remote.stack.world.started_sign("held").exists(), bool)

    asked = remote.api.cancel(run.id)
    eventually(lambda: has_heard(remote, run), bool)
    gate.touch()
    finished = remote.finished(run)

    assert asked.cancel_requested
    assert finished.state == "cancelled"
    assert remote.stack.resource_names == ["held"]
    assert remote.stack.record.active is None


def has_heard(remote: RemoteStack, run: RunFacts) -> bool:
    """Whether the engine has said that it will stop."""
    events = remote.api.events(run.id, after="").events
    return any("cancel" in str(event.get("message", "")).lower() for event in events)
