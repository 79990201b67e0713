"""What is heard of an operation: passed on once, redacted, and the essence kept."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from hoist.clock import FixedClock
from hoist.secret import Secret
from orchestrator.engine.events import Diagnostic, Severity, StepDone
from orchestrator.engine.redaction import Redactor
from orchestrator.engine.watching import MAX_DIAGNOSTICS, OperationEvent, ProgramOutput, Watch

NOW = datetime(2026, 1, 2, tzinfo=UTC)
STACK_URN = "urn:pulumi:dev::shop::pulumi:pulumi:Stack::shop-dev"
ITEM_URN = "urn:pulumi:dev::shop::probe:index:Item::one"


class Heard:
    """A watch and what its listener heard."""

    def __init__(self, *secrets: str) -> None:
        self.events: list[OperationEvent] = []
        self.margins: list[float] = []
        self.clock = FixedClock(NOW)
        self.watch = Watch(
            self.events.append,
            Redactor([Secret(secret) for secret in secrets]),
            clock=self.clock,
            on_longer_step=self.margins.append,
        )

    def diagnostic(self, message: str, *, urn: str = "", severity: str = "error") -> None:
        self._write("diagnosticEvent", message=message, urn=urn, severity=severity)

    def step(self, kind: str, *, urn: str = ITEM_URN, provider: str = "probe") -> None:
        metadata = {"op": "create", "urn": urn, "type": "t", "provider": provider}
        self._write(kind, metadata=metadata)

    def _write(self, kind: str, **fields: Any) -> None:
        self.watch.engine_wrote(json.dumps({"sequence": 1, kind: fields}))


def test_events_and_output_reach_the_listener_in_order() -> None:
    """The listener hears of steps, messages and the program's lines as they come."""
    heard = Heard()

    heard.step("resourcePreEvent")
    heard.watch.program_wrote("hello")
    heard.step("resOutputsEvent")
    heard.diagnostic("no room")

    assert [type(event).__name__ for event in heard.events] == [
        *("StepStarted", "ProgramOutput", "StepDone", "Diagnostic"),
    ]
    assert heard.watch.diagnostics == [Diagnostic(Severity.ERROR, "no room")]


def test_failed_steps_are_remembered() -> None:
    """Which resources failed is known afterwards."""
    heard = Heard()

    heard.step("resOpFailedEvent")

    assert heard.watch.failed_urns == [ITEM_URN]


@pytest.mark.parametrize("urns", [("", STACK_URN), (STACK_URN, ""), (ITEM_URN, STACK_URN)])
def test_an_error_that_arrives_twice_is_told_once(urns: tuple[str, str]) -> None:
    """The same text with and without a resource is one message."""
    heard = Heard()

    for urn in urns:
        heard.diagnostic("Traceback", urn=urn)

    assert len(heard.events) == len(heard.watch.diagnostics) == 1


@pytest.mark.parametrize("urns", [("", ""), (ITEM_URN, ITEM_URN), (ITEM_URN, ITEM_URN + "2")])
def test_messages_that_are_meant_twice_are_told_twice(urns: tuple[str, str]) -> None:
    """Two resources may fail for one reason, and a program may say a thing twice."""
    heard = Heard()

    for urn in urns:
        heard.diagnostic("no room", urn=urn)

    assert len(heard.events) == 2


def test_secrets_in_messages_are_redacted() -> None:
    """A known secret is in no diagnostic, however the engine's JSON spells it."""
    heard = Heard('wren"4711')

    heard.diagnostic('the key is wren"4711')

    assert heard.watch.diagnostics == [Diagnostic(Severity.ERROR, "the key is [secret]")]


@pytest.mark.parametrize(
    ("exit_code", "severity"), [(0, Severity.WARNING), (1, Severity.ERROR), (None, Severity.ERROR)]
)
def test_what_the_cli_says_itself_is_one_message(exit_code: int | None, severity: Severity) -> None:
    """Lines of standard error come as one text at the end; an error only if the CLI failed."""
    heard = Heard()

    for line in ("error: could not", "do this", ""):
        heard.watch.engine_complained(line)
    heard.watch.engine_ended(exit_code)

    assert heard.events == [Diagnostic(severity, "error: could not\ndo this")]


def test_memory_is_bounded() -> None:
    """Of endless messages the last ones are kept."""
    heard = Heard()

    for number in range(3 * MAX_DIAGNOSTICS):
        heard.diagnostic(f"message {number}")

    assert len(heard.watch.diagnostics) == MAX_DIAGNOSTICS
    assert heard.watch.diagnostics[-1].message == f"message {3 * MAX_DIAGNOSTICS - 1}"


def test_a_listener_that_raises_is_left_alone() -> None:
    """Its error is kept, it is not called again, and what the result needs is still noted."""
    calls: list[OperationEvent] = []

    def fail(event: OperationEvent) -> None:
        calls.append(event)
        raise BrokenPipeError

    watch = Watch(fail, Redactor(()), clock=FixedClock(NOW))
    watch.program_wrote("hello")
    watch.program_wrote("again")
    watch.engine_wrote('{"diagnosticEvent": {"message": "no room", "severity": "error"}}')

    assert calls == [ProgramOutput("hello")]
    assert isinstance(watch.listener_error, BrokenPipeError)
    assert len(watch.diagnostics) == 1


def test_the_longest_step_is_told() -> None:
    """Each step that took longer than any before is reported; components are no steps."""
    heard = Heard()

    for seconds in (3, 2, 5):
        heard.step("resourcePreEvent")
        heard.clock.advance(seconds)
        heard.step("resOutputsEvent")
    heard.step("resourcePreEvent", urn=STACK_URN, provider="")
    heard.clock.advance(100)
    heard.step("resOutputsEvent", urn=STACK_URN, provider="")

    assert heard.margins == [3, 5]
    assert isinstance(heard.events[-1], StepDone)
