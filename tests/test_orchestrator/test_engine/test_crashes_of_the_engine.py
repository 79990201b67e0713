"""The engine is killed at the worst moments: what it had acknowledged is kept, nothing is open."""

from pathlib import Path

import pytest

from accidents import accident_prone_runner
from bare_agreement import BareAgreement
from deployments import TestStack
from engine_processes import (
    await_start_of,
    engines_below,
    in_background,
    kill_engine,
    processes_below,
)
from local.installation import LocalInstallation
from orchestrator.engine.host.zygotes import Zygote
from orchestrator.engine.operation_errors import ListenerError, PendingCreatesError
from orchestrator.engine.results import Outcome
from orchestrator.state.records import UpdateStatus
from world_oracle import assert_world_is_covered

pytestmark = [pytest.mark.engine, pytest.mark.emulator]

CHAIN = """
    import probe, pulumi
    one = probe.Item("one")
    two = probe.Item("two", {wait}={release!r}, opts=pulumi.ResourceOptions(depends_on=[one]))
    probe.Item("three", opts=pulumi.ResourceOptions(depends_on=[two]))
"""


def test_a_create_under_way_is_pending_after_a_kill(
    stack: TestStack, tmp_path: Path, bare_cli_agrees: BareAgreement
) -> None:
    """The runner notices, keeps what was acknowledged, and leaves nothing open or alive."""
    release = tmp_path / "release"
    stack.write_program(CHAIN.format(wait="waitFor", release=str(release)))
    before = set(processes_below())

    with in_background(stack.up) as up:
        await_start_of(stack.world, "two")
        kill_engine()
    result = up.result()

    assert (result.outcome, result.exit_code, result.version) == (Outcome.FAILED, None, 1)
    assert "without completing" in result.reason
    assert [create.urn for create in result.pending_creates] == [stack.urn("two")]
    assert stack.resource_names == ["one"]
    assert [update.status for update in stack.history] == [UpdateStatus.ABANDONED]
    assert set(processes_below()) <= before
    assert_world_is_covered(stack)
    bare_cli_agrees(stack, has_changes=True)

    with pytest.raises(PendingCreatesError):
        stack.up()
    release.touch()
    stack.refresh(clear_pending_creates=True)
    assert stack.up().outcome is Outcome.SUCCEEDED
    assert stack.world.names() == ["one", "three", "two"]
    bare_cli_agrees(stack)


@pytest.mark.parametrize("wait", ["waitForUpdate", "waitForDelete"])
def test_updates_and_deletes_under_way_need_nobody(
    stack: TestStack, tmp_path: Path, bare_cli_agrees: BareAgreement, wait: str
) -> None:
    """After a kill in an update or a delete the next up goes on: their ids are known."""
    release = tmp_path / "release"
    program = CHAIN.format(wait=wait, release=str(release))
    stack.write_program(program)
    stack.up()
    stack.world.started_sign("two").unlink()
    changed = program.replace('Item("two",', 'Item("two", value=2,')
    without = 'import probe\nprobe.Item("one")'
    stack.write_program(changed if wait == "waitForUpdate" else without)

    with in_background(stack.up) as up:
        await_start_of(stack.world, "two")
        kill_engine()

    result = up.result()
    assert (result.outcome, result.pending_creates) == (Outcome.FAILED, [])
    assert_world_is_covered(stack)
    bare_cli_agrees(stack, has_changes=True)
    release.touch()
    assert stack.up().outcome is Outcome.SUCCEEDED
    assert stack.state.pending_operations == []
    assert stack.world.names() == stack.resource_names
    bare_cli_agrees(stack)


def test_a_kill_in_a_destroy_is_gone_on_with(
    stack: TestStack, tmp_path: Path, bare_cli_agrees: BareAgreement
) -> None:
    """A destroy that was killed has deleted what it said, and another one deletes the rest."""
    release = tmp_path / "release"
    stack.write_program(CHAIN.format(wait="waitForDelete", release=str(release)))
    stack.up()
    stack.world.started_sign("two").unlink()

    with in_background(stack.destroy):
        await_start_of(stack.world, "two")
        kill_engine()

    assert stack.resource_names == ["one", "two"]
    assert_world_is_covered(stack)
    release.touch()
    assert stack.destroy().outcome is Outcome.SUCCEEDED
    assert stack.world.names() == []
    bare_cli_agrees(stack, has_changes=True)


@pytest.mark.parametrize("moment", ["after_start", "before_complete", "after_complete"])
def test_a_kill_at_the_edge_of_an_update_loses_nothing(
    stack: TestStack,
    installation: LocalInstallation,
    zygote: Zygote,
    bare_cli_agrees: BareAgreement,
    moment: str,
) -> None:
    """Killed while the service opens or closes its update, the engine leaves it closed."""
    stack.write_program('import probe\nprobe.Item("one")')
    runner = accident_prone_runner(installation, zygote, **{moment: kill_engine})

    result = stack.up(runner=runner)

    [update] = stack.history
    assert result.version == update.version == 1
    is_whole = moment != "after_start"
    assert stack.world.names() == stack.resource_names == (["one"] if is_whole else [])
    assert result.pending_creates == []
    assert (
        update.status
        is {
            "after_start": UpdateStatus.ABANDONED,
            "before_complete": UpdateStatus.SUCCEEDED,
            "after_complete": UpdateStatus.SUCCEEDED,
        }[moment]
    )
    assert result.outcome is Outcome.FAILED
    bare_cli_agrees(stack, has_changes=not is_whole)
    assert stack.up().outcome is Outcome.SUCCEEDED
    bare_cli_agrees(stack)


def test_a_killed_preview_leaves_nothing(stack: TestStack, bare_cli_agrees: BareAgreement) -> None:
    """A preview that is killed has failed, and that is all."""
    stack.write_program('import probe\nprobe.Item("one")')
    stack.up()

    def kill_once(_event: object) -> None:
        for engine in engines_below():
            engine.kill()

    result = stack.preview(listener=kill_once)

    assert result.outcome is Outcome.FAILED
    assert [update.version for update in stack.history] == [1]
    bare_cli_agrees(stack)


def test_a_killed_plugin_is_an_error_of_its_resource(
    stack: TestStack, tmp_path: Path, bare_cli_agrees: BareAgreement
) -> None:
    """If the provider's process dies, the resource under way has failed, and the engine says so."""
    stack.write_program(CHAIN.format(wait="waitFor", release=str(tmp_path / "release")))

    with in_background(stack.up) as up:
        await_start_of(stack.world, "two")
        [plugin] = [
            found for found in processes_below() if "resource-probe" in str(found.cmdline())
        ]
        plugin.kill()
    result = up.result()

    assert result.outcome is Outcome.FAILED
    assert stack.resource_names == ["one"]
    assert_world_is_covered(stack)
    bare_cli_agrees(stack, has_changes=True)


def test_a_killed_program_host_is_replaced(
    stack: TestStack, tmp_path: Path, installation: LocalInstallation
) -> None:
    """An up whose program host is killed fails with that reason; the next one gets another host."""
    release = tmp_path / "release"
    stack.write_program(CHAIN.format(wait="waitFor", release=str(release)))
    own_zygote = Zygote()
    runner = accident_prone_runner(installation, own_zygote)

    def kill_host() -> None:
        [host] = [found for found in processes_below() if found.pid == own_zygote.pid]
        host.kill()

    with in_background(lambda: stack.up(runner=runner)) as up:
        await_start_of(stack.world, "two")
        kill_host()
        release.touch()

    assert up.result().outcome is Outcome.FAILED
    assert any("SIGKILL" in found.message for found in up.result().diagnostics)
    assert_world_is_covered(stack)
    assert stack.up(runner=runner).outcome is Outcome.SUCCEEDED
    own_zygote.close()


def test_a_listener_that_raises_does_not_stop_an_operation(
    stack: TestStack, bare_cli_agrees: BareAgreement
) -> None:
    """An operation runs to its end without its audience; the error comes then, with the result."""
    stack.write_program('import probe\nprobe.Item("one")\nprint("hello")')

    def fail(_event: object) -> None:
        raise BrokenPipeError("the terminal is gone")

    with pytest.raises(ListenerError) as raised:
        stack.up(listener=fail)

    assert isinstance(raised.value.__cause__, BrokenPipeError)
    assert raised.value.result.outcome is Outcome.SUCCEEDED
    assert stack.resource_names == ["one"]
    bare_cli_agrees(stack)
