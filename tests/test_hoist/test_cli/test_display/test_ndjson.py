"""An operation for a program to read."""

import json
from dataclasses import fields
from typing import Any, get_args

import pytest

from hoist import operation_events as events
from hoist.cli.display.ndjson import NdjsonDisplay
from hoist.operation_event_documents import as_line, event_in
from hoist.operation_events import (
    Failure,
    NextCommand,
    OperationEvent,
    OperationName,
    Outcome,
    Output,
    PendingCreate,
    ProgramOutput,
    PropertyChange,
    Refusal,
    RunMoved,
    Severity,
    StopRequested,
)
from shown_operations import PICTURES, STACK_URN, Narrator


def parsed(event: OperationEvent) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(as_line(event))
    return document


def test_a_step_has_all_of_its_facts() -> None:
    """A step's line is an object with schema, type, time and the fields of the schema."""
    change = PropertyChange("tags.shop", "update-replace", "a", "b")

    document = parsed(Narrator().step(PICTURES, "update", changes=(change,)))

    assert document == {
        "schema": 1,
        "type": "step_started",
        "at": "2026-11-23T10:00:00.000Z",
        "urn": PICTURES,
        "resource_type": "aws:s3/bucket:Bucket",
        "operation": "update",
        "parent": STACK_URN,
        "is_custom": True,
        "changes": [{"path": "tags.shop", "kind": "update-replace", "old": "a", "new": "b"}],
    }


def test_a_result_has_all_of_its_facts() -> None:
    """The last line tells outcome, changes, failures, outputs, and what to do next."""
    ended = Narrator().ends(
        Outcome.FAILED,
        number=7,
        seconds=1.5,
        changes={"create": 1},
        failures=(Failure(PICTURES, "aws:s3/bucket:Bucket", "create", "no"),),
        pending_creates=(PendingCreate(PICTURES, "aws:s3/bucket:Bucket"),),
        outputs={"url": Output({"a": ["[secret]"]}, is_secret=True)},
        reason="why",
        next_commands=(NextCommand("hoist up", "go on"),),
        error=Refusal("code", "message", "way out"),
    )

    assert parsed(ended) == {
        "schema": 1,
        "type": "result",
        "at": "2026-11-23T10:00:00.000Z",
        "stack": "shop/dev",
        "operation": "up",
        "outcome": "failed",
        "number": 7,
        "seconds": 1.5,
        "changes": {"create": 1},
        "failures": [
            {
                "urn": PICTURES,
                "resource_type": "aws:s3/bucket:Bucket",
                "operation": "create",
                "message": "no",
            }
        ],
        "pending_creates": [{"urn": PICTURES, "resource_type": "aws:s3/bucket:Bucket"}],
        "outputs": {"url": {"value": {"a": ["[secret]"]}, "is_secret": True}},
        "reason": "why",
        "next_commands": [{"command": "hoist up", "purpose": "go on"}],
        "error": {"code": "code", "message": "message", "way_out": "way out"},
    }


def test_every_event_is_one_line() -> None:
    """No text that somebody says breaks a line in two."""
    tell = Narrator()
    now = tell.clock.now()
    said: list[OperationEvent] = [
        tell.begins(OperationName.UP, resources=2),
        tell.says(Severity.WARNING, "two\nlines\u2028or three", urn=PICTURES),
        ProgramOutput(at=now, line='{"looks": "like json"}\r'),
        StopRequested(at=now, is_urgent=True),
        tell.failed(PICTURES, "create"),
    ]
    lines: list[str] = []

    with NdjsonDisplay(lines.append) as display:
        for event in said:
            display.show(event)

    assert all(len(line.splitlines()) == 1 for line in lines)
    assert [json.loads(line)["type"] for line in lines] == [event.type for event in said]


def test_every_kind_of_event_survives_the_wire() -> None:
    """What is read from a line is what was written, secrets of a preview's plan and all."""
    tell = Narrator()
    now = tell.clock.now()
    change = PropertyChange("tags.shop", "update", "a", "b")
    told: list[OperationEvent] = [
        tell.begins(OperationName.DESTROY, resources=2),
        tell.step(PICTURES, "update", changes=(change,)),
        tell.done(PICTURES, "update"),
        tell.failed(PICTURES, "update"),
        tell.says(Severity.ERROR, "no", urn=PICTURES),
        ProgramOutput(at=now, line="x"),
        StopRequested(at=now, is_urgent=True),
        RunMoved(at=now, run_id="r", state="queued", reason="why", position=2),
        tell.ends(
            Outcome.FAILED,
            failures=(Failure(PICTURES, "t", "create", "no"),),
            pending_creates=(PendingCreate(PICTURES, "t"),),
            outputs={"url": Output("[secret]", is_secret=True)},
            next_commands=(NextCommand("hoist up", "go on"),),
            error=Refusal("code", "message", "way out"),
        ),
    ]

    assert {type(event) for event in told} == set(get_args(OperationEvent))
    assert [event_in(parsed(event)) for event in told] == told


def test_what_a_newer_version_adds_is_passed_over() -> None:
    """An unknown field is left out, an unknown type is no event."""
    document = parsed(ProgramOutput(at=Narrator().clock.now(), line="x"))

    assert event_in({**document, "colour": "red"}) == event_in(document)
    assert event_in({**document, "type": "surprise"}) is None


@pytest.mark.parametrize(
    "broken", [{}, {"schema": 2, "type": "result"}, {"schema": 1, "type": "program_output"}]
)
def test_what_is_no_event_is_refused(broken: dict[str, Any]) -> None:
    """Another schema, or a document that lacks what its type has, is an error."""
    with pytest.raises(ValueError, match="an event of"):
        event_in(broken)


def test_the_schema_is_written_down() -> None:
    """The schema's documentation names each type of event, and each field but those of a result."""
    text = events.__doc__ or ""

    for kind in get_args(OperationEvent):
        assert f"    {kind.type}" in text
        if kind.type not in ("result", "step_done", "step_failed"):
            assert {each.name for each in fields(kind)} - {"at"} <= _words(text, kind.type)


def _words(text: str, kind: str) -> set[str]:
    line = next(line for line in text.splitlines() if line.split()[:1] == [kind])
    return {word.strip(",") for word in line.split()}


def test_what_the_command_says_itself_is_no_event(capsys: pytest.CaptureFixture[str]) -> None:
    """It goes to standard error, where no program reads."""
    lines: list[str] = []
    with NdjsonDisplay(lines.append) as display, display.paused():
        display.say("no answer")

    assert lines == []
    assert capsys.readouterr() == ("", "no answer\n")
