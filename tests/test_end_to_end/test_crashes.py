"""What nobody was there to see the end of comes to its end."""

from pathlib import Path

import pytest

from hoist.clock import SystemClock
from in_memory_doorbell import InMemoryDoorbell
from local.workers import busy_workers
from orchestrator.runs.requests import RunRequest
from orchestrator.runs.service import RunService
from orchestrator.runs.states import RunKind
from orchestrator.state.stores.dynamodb_records import DynamoDBRecords
from running_hoist import RemoteStack, RunningHoist, eventually

pytestmark = [pytest.mark.engine, pytest.mark.emulator]

THINKING = """
    import pathlib, time
    import probe, pulumi

    gate = pathlib.Path(pulumi.Config().require("gate"))

    def think(serial):
        pathlib.Path(f"{gate}.waiting").touch()
        while not gate.exists():
            time.sleep(0.05)
        return serial

    before = probe.Item("before")
    probe.Item("after", value=before.serial.apply(think))
"""


def test_a_killed_worker_and_a_lost_doorbell(
    remote: RemoteStack, deployed: RunningHoist, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Both runs end by themselves: the redelivered message and the sweep of each minute see to it.

    They are one test, so that the time of waiting is spent once.
    """
    directory = tmp_path_factory.mktemp("crash")
    unheard = deployed.stack(directory)
    lost_run_id = submit_unheard(unheard)
    gate = directory / "gate"
    remote.stack.configure({f"{remote.stack.name.project}:gate": str(gate)})
    remote.stack.write_program(THINKING)
    run = remote.submit(RunKind.UP)
    eventually(lambda: Path(f"{gate}.waiting").exists(), bool)

    (worker,) = busy_workers(deployed.installation.settings)
    worker.kill()
    gate.touch()
    finished = remote.finished(run)
    unheard_run = unheard.finished(unheard.api.run(lost_run_id))

    assert finished.state == "succeeded"
    assert [each.outcome for each in finished.slices] == ["crashed", "succeeded"]
    assert "taken_over" in [transition.event for transition in finished.transitions]
    assert remote.stack.world.operations() == [("create", "before"), ("create", "after")]
    assert remote.stack.resource_names == ["after", "before"]
    assert len(remote.api.runs(limit=20).runs) == 1
    assert unheard_run.state == "succeeded"
    assert len(unheard_run.slices) == 1


def submit_unheard(remote: RemoteStack) -> str:
    """Put a run into the stack's queue whose doorbell reaches nobody."""
    table = remote.hoist.outputs["runsTable"]
    records = DynamoDBRecords(remote.hoist.aws().dynamodb(), table=table)
    runs = RunService(records, doorbell=InMemoryDoorbell(), clock=SystemClock())
    request = RunRequest(
        remote.stack.record.id, remote.stack.name, RunKind.DESTROY, asked_by="a test"
    )
    return runs.submit(request).run.id
