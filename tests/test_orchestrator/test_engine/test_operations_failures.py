"""Operations that fail: what was done before is kept, and the user is told why."""

import pytest

from bare_agreement import BareAgreement
from deployments import TestStack
from orchestrator.engine.events import Severity
from orchestrator.engine.results import OperationResult, Outcome
from world_oracle import assert_world_is_covered

pytestmark = [pytest.mark.engine, pytest.mark.emulator]

GOOD = """
    import probe
    probe.Item("one", value="a")
"""


def errors_of(result: OperationResult) -> list[str]:
    return [found.message for found in result.diagnostics if found.severity is Severity.ERROR]


def test_a_program_that_raises_changes_nothing(
    stack: TestStack, bare_cli_agrees: BareAgreement
) -> None:
    """A program's error is shown once, from the program's own file on; no resource is touched."""
    stack.write_program(GOOD)
    stack.up()
    stack.write_program("import shelf", files={"shelf.py": "def fill():\n    1 / 0\nfill()"})

    result = stack.up()

    assert result.outcome is Outcome.FAILED
    [error] = errors_of(result)
    assert 'File "__main__.py", line 1' in error
    assert 'File "shelf.py", line 2, in fill' in error
    assert error.endswith("ZeroDivisionError: division by zero")
    assert stack.resource_names == stack.world.names() == ["one"]
    stack.write_program(GOOD)
    bare_cli_agrees(stack)


def test_missing_config_is_named(stack: TestStack) -> None:
    """A required config value that is not set is named, without a traceback."""
    stack.write_program('import pulumi\npulumi.Config("shop").require("region")')

    result = stack.up()

    assert result.outcome is Outcome.FAILED
    [error] = errors_of(result)
    assert "shop:region" in error
    assert "Traceback" not in error


def test_what_was_created_before_a_failure_is_kept(
    stack: TestStack, bare_cli_agrees: BareAgreement
) -> None:
    """A failed create leaves nothing of its own, and everything that came before it."""
    stack.write_program(
        """
        import probe, pulumi
        one = probe.Item("one")
        probe.Item("two", failCreate="no room", opts=pulumi.ResourceOptions(depends_on=[one]))
        """
    )

    result = stack.up()

    assert result.outcome is Outcome.FAILED
    assert result.version == 1
    assert result.failed_urns == (stack.urn("two"),)
    assert result.pending_creates == []
    assert any("no room" in error for error in errors_of(result))
    assert stack.resource_names == stack.world.names() == ["one"]
    bare_cli_agrees(stack, has_changes=True)


def test_a_failed_update_keeps_the_old_inputs(
    stack: TestStack, bare_cli_agrees: BareAgreement
) -> None:
    """After a failed update the state says what is still there, and the next up tries again."""
    stack.write_program('import probe\nprobe.Item("one", value="a")')
    stack.up()
    stack.write_program('import probe\nprobe.Item("one", value="b", failUpdate="stuck")')

    result = stack.up()

    assert (result.outcome, result.version) == (Outcome.FAILED, 2)
    assert stack.resource("one")["inputs"]["value"] == "a"
    bare_cli_agrees(stack, has_changes=True)
    stack.write_program('import probe\nprobe.Item("one", value="b")')
    assert dict(stack.up().changes) == {"update": 1, "same": 1}


def test_a_failed_delete_keeps_the_resource(
    stack: TestStack, bare_cli_agrees: BareAgreement
) -> None:
    """What could not be deleted stays in the state; what could be is gone from it."""
    stack.write_program(
        """
        import probe
        probe.Item("one", failDelete="in use")
        probe.Item("two")
        """
    )
    stack.up()

    result = stack.destroy(continue_on_error=True)

    assert (result.outcome, result.version) == (Outcome.FAILED, 2)
    assert stack.resource_names == stack.world.names() == ["one"]
    assert any("in use" in error for error in errors_of(result))
    bare_cli_agrees(stack, has_changes=True)


def test_a_half_finished_create_is_kept_with_its_error(
    stack: TestStack, bare_cli_agrees: BareAgreement
) -> None:
    """A resource that exists but is not ready is in the state, with what is wrong with it."""
    stack.write_program('import probe\nprobe.Item("one", failAfterCreate="no heartbeat")')

    result = stack.up()

    assert result.outcome is Outcome.FAILED
    assert stack.world.names() == stack.resource_names == ["one"]
    [reason] = stack.resource("one")["initErrors"]
    assert "no heartbeat" in reason
    bare_cli_agrees(stack, has_changes=True)
    stack.write_program('import probe\nprobe.Item("one")')
    assert stack.up().outcome is Outcome.SUCCEEDED
    assert "initErrors" not in stack.resource("one")
    bare_cli_agrees(stack)


def test_a_replacement_that_fails_half_way_keeps_both(
    stack: TestStack, bare_cli_agrees: BareAgreement
) -> None:
    """Where a predecessor cannot be deleted, it and its successor are both in the state."""
    stack.write_program('import probe\nprobe.Item("one", replaceKey="a", failDelete="in use")')
    stack.up()
    stack.write_program('import probe\nprobe.Item("one", replaceKey="b")')

    result = stack.up()

    assert result.outcome is Outcome.FAILED
    assert stack.world.names() == stack.resource_names == ["one", "one"]
    assert_world_is_covered(stack)
    bare_cli_agrees(stack, has_changes=True)


@pytest.mark.parametrize(
    ("goes_on", "created"), [(False, ["one"]), (True, ["four", "one"])], ids=["stop", "go-on"]
)
def test_continue_on_error_does_what_can_be_done(
    stack: TestStack, *, goes_on: bool, created: list[str]
) -> None:
    """After an error the rest is left alone, or what does not depend on it is done when asked."""
    stack.write_program(
        """
        import probe, pulumi
        after = lambda *resources: pulumi.ResourceOptions(depends_on=resources)
        one = probe.Item("one")
        two = probe.Item("two", failCreate="no room", opts=after(one))
        probe.Item("three", opts=after(two))
        probe.Item("four", waitFor=WORLD + "/two.failed", opts=after(one)) if GOES_ON else None
        """.replace("GOES_ON", str(goes_on)).replace("WORLD", repr(str(stack.world.folder)))
    )

    def release_the_rest(event: object) -> None:
        if type(event).__name__ == "StepFailed":
            (stack.world.folder / "two.failed").touch()

    result = stack.up(continue_on_error=goes_on, listener=release_the_rest)

    assert result.outcome is Outcome.FAILED
    assert stack.world.names() == stack.resource_names == created


def test_the_same_error_of_two_resources_is_told_for_both(stack: TestStack) -> None:
    """Two resources that fail alike are both named with their reason."""
    stack.write_program(
        """
        import probe
        probe.Item("one", failCreate="no room")
        probe.Item("two", failCreate="no room")
        """
    )

    result = stack.up(continue_on_error=True)

    assert sorted(result.failed_urns) == [stack.urn("one"), stack.urn("two")]
    told = {found.urn for found in result.diagnostics if "no room" in found.message}
    assert told >= {stack.urn("one"), stack.urn("two")}


def test_a_provider_that_does_not_exist_is_named(stack: TestStack) -> None:
    """A resource of a provider that is not installed fails with the provider's name."""
    stack.write_program(
        """
        import pulumi
        pulumi.CustomResource("nosuch:index:Thing", "thing", {})
        """
    )

    result = stack.up()

    assert result.outcome is Outcome.FAILED
    assert any("nosuch" in error for error in errors_of(result))
