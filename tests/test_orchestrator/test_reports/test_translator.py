"""The runner's events as the display's."""

from datetime import UTC, datetime

import pytest

from hoist import operation_events as shown
from hoist.clock import FixedClock
from orchestrator.engine import events as engine
from orchestrator.engine.operations import Operation, OperationKind
from orchestrator.engine.property_changes import PropertyChange
from orchestrator.engine.watching import ProgramOutput
from orchestrator.reports.translator import Translator, operation_started
from orchestrator.state.checkpoints import State
from orchestrator.state.names import StackName

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
CLOCK = FixedClock(NOW)
STACK = "urn:pulumi:dev::shop::pulumi:pulumi:Stack::shop-dev"
BUCKET = "urn:pulumi:dev::shop::aws:s3/bucket:Bucket::pictures"
PROVIDER = "urn:pulumi:dev::shop::pulumi:providers:aws::default_7_0_0"
DEV = StackName("shop", "dev")
BASE = State(
    deployment={
        "resources": [{"urn": STACK}, {"urn": PROVIDER}, {"urn": BUCKET, "parent": STACK}],
    }
)
STEP = engine.Step(
    BUCKET,
    "aws:s3/bucket:Bucket",
    "update",
    (PropertyChange("tags.shop", "update", "a", "b"),),
)


@pytest.mark.parametrize(
    ("event", "kind"),
    [
        (engine.StepStarted(STEP), shown.StepStarted),
        (engine.StepDone(STEP), shown.StepDone),
        (engine.StepFailed(STEP), shown.StepFailed),
    ],
)
def test_steps_keep_their_facts(event: engine.EngineEvent, kind: type[shown.Step]) -> None:
    """A step of the engine is a step of the display, its parent and time with it."""
    told = Translator(BASE, clock=CLOCK).translate(event)

    assert told == kind(
        at=NOW,
        urn=BUCKET,
        resource_type="aws:s3/bucket:Bucket",
        operation="update",
        parent=STACK,
        is_custom=True,
        changes=(shown.PropertyChange("tags.shop", "update", "a", "b"),),
    )


def test_diagnostics_and_output_are_told() -> None:
    """What somebody says keeps its severity, its resource and its words."""
    translator = Translator(BASE, clock=CLOCK)

    diagnostic = translator.translate(engine.Diagnostic(engine.Severity.WARNING, "careful", BUCKET))
    output = translator.translate(ProgramOutput("hello"))

    assert diagnostic == shown.Diagnostic(
        at=NOW, severity=shown.Severity.WARNING, message="careful", urn=BUCKET
    )
    assert output == shown.ProgramOutput(at=NOW, line="hello")


def test_a_summary_waits_for_the_result() -> None:
    """The engine's last word is no event of its own."""
    assert Translator(BASE, clock=CLOCK).translate(engine.Summary({"same": 1})) is None


def test_what_failed_is_remembered_by_what_was_done_to_it() -> None:
    """The result can say that it was an update that failed."""
    translator = Translator(BASE, clock=CLOCK)
    translator.translate(engine.StepFailed(STEP))

    assert translator.failed_operations == {BUCKET: "update"}


def test_every_kind_of_operation_has_a_name_on_the_screen() -> None:
    """The command's operations are called the same on both sides."""
    names = {str(name) for name in shown.OperationName}

    assert {str(kind) for kind in OperationKind} - names == {"import"}
    assert {str(level) for level in engine.Severity} - set(shown.Severity) == {"debug"}


def test_an_update_expects_about_what_the_state_has() -> None:
    """The number is the next one, the total an estimate without the engine's own providers."""
    started = operation_started(
        Operation(OperationKind.UP, DEV), version=4, state=BASE, clock=CLOCK
    )

    assert (started.number, started.expected_resources, started.is_estimate) == (5, 2, True)


def test_a_destroy_knows_how_many() -> None:
    """Everything in the state will be looked at, unless targets are named."""
    whole = operation_started(
        Operation(OperationKind.DESTROY, DEV), version=4, state=BASE, clock=CLOCK
    )
    part = operation_started(
        Operation(OperationKind.DESTROY, DEV, targets=[BUCKET]), version=4, state=BASE, clock=CLOCK
    )

    assert (whole.is_estimate, part.is_estimate) == (False, True)


def test_a_preview_has_no_number() -> None:
    """A preview changes nothing, so it is no update."""
    started = operation_started(
        Operation(OperationKind.PREVIEW, DEV), version=4, state=State(), clock=CLOCK
    )

    assert (started.number, started.expected_resources) == (0, 0)
