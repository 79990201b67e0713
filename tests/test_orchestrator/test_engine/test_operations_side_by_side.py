"""Two who want the same stack: Hoist and Hoist, Hoist and Pulumi's own CLI."""

import re
from pathlib import Path

import pytest

from bare_agreement import BareAgreement
from deployments import BareCli, TestStack, lock_keys
from engine_processes import await_start_of, in_background
from orchestrator.engine.host.language_host import serve_program
from orchestrator.engine.host.requests import ProgramRequest
from orchestrator.engine.host.zygotes import Zygote
from orchestrator.engine.operations import OperationKind
from orchestrator.engine.results import Outcome
from orchestrator.state.errors import UpdateInProgressError

pytestmark = [pytest.mark.engine, pytest.mark.emulator]


@pytest.fixture
def release(stack: TestStack, tmp_path: Path) -> Path:
    """The stack's program waits in its only create until this file exists."""
    path = tmp_path / "release"
    stack.write_program(f"import probe\nprobe.Item('one', value=1, waitFor={str(path)!r})")
    return path


def test_a_second_update_is_refused(stack: TestStack, release: Path) -> None:
    """While an update is open no other one starts, and the refusal names who is at work."""
    with in_background(stack.up) as first:
        await_start_of(stack.world, "one")

        for kind in (OperationKind.UP, OperationKind.REFRESH, OperationKind.DESTROY):
            with pytest.raises(UpdateInProgressError, match="process [0-9]+ on"):
                stack.run(kind)
        release.touch()

    assert first.result().outcome is Outcome.SUCCEEDED
    assert [update.version for update in stack.history] == [1]


def test_a_preview_needs_no_lock(stack: TestStack, release: Path, zygote: Zygote) -> None:
    """While an update is open a preview shows what the last finished update left."""
    installation = stack.workshop.installation
    with in_background(stack.up) as first, installation.runner() as other_runner:
        await_start_of(stack.world, "one")

        preview = stack.run(OperationKind.PREVIEW, runner=other_runner)
        release.touch()

    assert preview.outcome is Outcome.SUCCEEDED
    assert dict(preview.changes) == {"create": 2}
    assert first.result().outcome is Outcome.SUCCEEDED


def test_the_bare_cli_is_refused_while_an_update_is_open(
    stack: TestStack, release: Path, bare_cli: BareCli, bare_cli_agrees: BareAgreement
) -> None:
    """Pulumi's own CLI on the bucket finds our lock, names its holder, and changes nothing."""
    project = bare_cli_agrees.project_of(stack)

    with in_background(stack.up) as up:
        await_start_of(stack.world, "one")
        assert len(lock_keys(stack)) == 1
        refused = bare_cli.run(
            *("destroy", "--yes", "--skip-preview", "--non-interactive"),
            *("--stack", stack.name.qualified),
            directory=project,
        )
        release.touch()

    assert refused.returncode != 0
    assert "currently locked by 1 lock(s)" in refused.stderr + refused.stdout
    assert "hoist@" in refused.stderr + refused.stdout
    assert up.result().outcome is Outcome.SUCCEEDED
    bare_cli_agrees(stack)


def test_the_bare_cli_at_work_keeps_us_out(
    stack: TestStack,
    release: Path,
    bare_cli: BareCli,
    bare_cli_agrees: BareAgreement,
    zygote: Zygote,
) -> None:
    """While Pulumi's own CLI works on the bucket we refuse, naming it; then we see what it did."""
    project = bare_cli_agrees.project_of(stack)
    request = ProgramRequest(project, project, (), bare_cli.environment)
    with serve_program(zygote, request, on_output=lambda _line: None) as address:
        bare_up = (
            *("up", "--yes", "--skip-preview", "--non-interactive", f"--client={address}"),
            *("--stack", stack.name.qualified),
        )
        with in_background(lambda: bare_cli.run(*bare_up, directory=project)) as bare:
            await_start_of(stack.world, "one")
            refused = stack.refresh()
            assert len(lock_keys(stack)) == 1
            release.touch()

    assert (refused.outcome, refused.version) == (Outcome.FAILED, 0)
    told = "\n".join(found.message for found in refused.diagnostics)
    assert re.search(r"locked by \S+@\S+ \(process [0-9]+\)", told)
    assert "pulumi cancel" in told
    assert bare.result().returncode == 0, bare.result().stderr
    assert stack.resource_names == ["one"]
    assert stack.record.version == 0
    result = stack.up()
    assert (result.outcome, result.has_changes) == (Outcome.SUCCEEDED, False)
    bare_cli_agrees(stack)
