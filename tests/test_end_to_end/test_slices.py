"""A run that is longer than an invocation of its worker."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest

from orchestrator.commands.server.answers import RunFacts
from orchestrator.runs.states import RunKind
from running_hoist import RemoteStack, RunningHoist, eventually

pytestmark = [pytest.mark.engine, pytest.mark.emulator]

COUNT = 10
# Of the 900 s of an invocation, 3 are left until the engine is interrupted.
SHORT_SLICES = {"HOIST_SLICE_MARGIN_SECONDS": "897", "HOIST_SLICE_RESERVE_SECONDS": "60"}
CHAIN = f"""
    import probe, pulumi

    gate = pulumi.Config().require("gate")
    before = []
    for number in range({COUNT}):
        item = probe.Item(
            f"item-{{number}}",
            waitFor=f"{{gate}}-{{number}}",
            opts=pulumi.ResourceOptions(depends_on=before),
        )
        before = [item]
"""


def test_ten_slices(remote: RemoteStack, deployed: RunningHoist, tmp_path: Path) -> None:
    """Each is interrupted in the middle of a create, which it finishes; the next one goes on."""
    gate = tmp_path / "gate"
    remote.stack.configure({f"{remote.stack.name.project}:gate": str(gate)})
    remote.stack.write_program(CHAIN)
    with told(deployed, SHORT_SLICES):
        run = remote.submit(RunKind.UP)
        for number in range(COUNT):
            eventually(remote.stack.world.started_sign(f"item-{number}").exists, bool)
            eventually(partial(interrupts_heard, remote, run), number.__lt__)
            Path(f"{gate}-{number}").touch()
        finished = remote.finished(run)

    assert finished.state == "succeeded"
    assert [each.outcome for each in finished.slices[:COUNT]] == ["interrupted"] * COUNT
    assert remote.stack.world.operations() == [("create", f"item-{n}") for n in range(COUNT)]
    assert len(remote.api.runs(limit=20).runs) == 1
    assert [event["type"] for event in all_events(remote, run)].count("result") == 1


@contextmanager
def told(deployed: RunningHoist, settings: Mapping[str, str]) -> Iterator[None]:
    """Have the worker's environment say this as well, until the block ends."""
    client = deployed.aws().lambda_functions()
    name = deployed.outputs["workerFunction"]
    before = client.get_function_configuration(FunctionName=name)["Environment"]["Variables"]

    def tell(variables: Mapping[str, str]) -> None:
        client.update_function_configuration(
            FunctionName=name, Environment={"Variables": dict(variables)}
        )

    tell({**before, **settings})
    try:
        yield
    finally:
        tell(before)


def interrupts_heard(remote: RemoteStack, run: RunFacts) -> int:
    """How often an engine of the run has said that it was interrupted."""
    events = all_events(remote, run)
    return sum("^C received" in str(event.get("message", "")) for event in events)


def all_events(remote: RemoteStack, run: RunFacts) -> list[Mapping[str, object]]:
    cursor, events = "", list[Mapping[str, object]]()
    while (page := remote.api.events(run.id, after=cursor)).events:
        events += page.events
        cursor = page.next
    return events
