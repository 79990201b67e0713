"""The engine's JSON lines, as what a person or a program can use."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestrator.engine.events import (
    Diagnostic,
    Severity,
    StepDone,
    StepFailed,
    StepStarted,
    Summary,
    parse_event,
)
from orchestrator.engine.property_changes import PropertyChange, shown
from orchestrator.state.secret_values import SECRET_SIGNATURE, SIGNATURE_KEY

URN = "urn:pulumi:dev::shop::aws:sqs/queue:Queue::orders"
SECRET = {SIGNATURE_KEY: SECRET_SIGNATURE, "ciphertext": "v1:abc:def"}

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=8,
)


def line(kind: str, **fields: Any) -> str:
    return json.dumps({"sequence": 7, "timestamp": 1, kind: fields})


def metadata(**changed: Any) -> dict[str, Any]:
    return {
        "op": "update",
        "urn": URN,
        "type": "aws:sqs/queue:Queue",
        "provider": "urn:pulumi:dev::shop::pulumi:providers:aws::default::1",
        **changed,
    }


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("resourcePreEvent", StepStarted),
        ("resOutputsEvent", StepDone),
        ("resOpFailedEvent", StepFailed),
    ],
)
def test_steps(kind: str, expected: type) -> None:
    """A step's begin, end and failure name the resource and what is done to it."""
    event = parse_event(line(kind, metadata=metadata()))

    assert type(event) is expected
    assert isinstance(event, StepStarted | StepDone | StepFailed)
    assert (event.step.name, event.step.operation) == ("orders", "update")
    assert (event.step.urn, event.step.type) == (URN, "aws:sqs/queue:Queue")
    assert event.step.is_custom


def test_components_are_told_apart() -> None:
    """What no provider stands behind, a component or the stack, is not a custom resource."""
    event = parse_event(line("resourcePreEvent", metadata=metadata(provider="")))

    assert isinstance(event, StepStarted)
    assert not event.step.is_custom


def test_changes_show_both_sides() -> None:
    """A change says what was asked for before and is now; drift is against what was there."""
    event = parse_event(
        line(
            "resourcePreEvent",
            metadata=metadata(
                old={
                    "inputs": {"tags": {"a.b": "old", "c": ["x", "y"]}},
                    "outputs": {"size": 3, "arn": "here"},
                },
                new={"inputs": {"tags": {"a.b": "new", "c": ["x", "z"]}, "token": SECRET}},
                detailedDiff={
                    'tags["a.b"]': {"diffKind": "update", "inputDiff": True},
                    "tags.c[1]": {"diffKind": "update", "inputDiff": True},
                    "size": {"diffKind": "delete", "inputDiff": False},
                    "token": {"diffKind": "add-replace", "inputDiff": True},
                    "gone.deep[4]": {"diffKind": "delete", "inputDiff": True},
                },
            ),
        )
    )

    assert isinstance(event, StepStarted)
    assert event.step.changes == (
        PropertyChange('tags["a.b"]', "update", old="old", new="new"),
        PropertyChange("tags.c[1]", "update", old="y", new="z"),
        PropertyChange("size", "delete", old="3", new=""),
        PropertyChange("token", "add-replace", old="", new="[secret]"),
        PropertyChange("gone.deep[4]", "delete", old="", new=""),
    )


def test_diagnostics_lose_their_colours() -> None:
    """A diagnostic is plain text with its severity and resource."""
    told = "<{%fg 1%}>no<{%reset%}> room\n"

    event = parse_event(line("diagnosticEvent", severity="info#err", message=told, urn=URN))

    assert event == Diagnostic(Severity.INFO, "no room", URN)


@pytest.mark.parametrize(
    "fields", [{"severity": "debug", "message": "x"}, {"ephemeral": True, "message": "x"}]
)
def test_chatter_is_left_out(fields: dict[str, Any]) -> None:
    """Debugging and fleeting messages are nobody's business."""
    assert parse_event(line("diagnosticEvent", **fields)) is None


def test_what_the_cli_says_itself_is_told() -> None:
    """That the engine has heard an interrupt comes as a line of the CLI, and is passed on."""
    line = json.dumps({"sequence": 3, "stdoutEvent": {"message": "^C received; cancelling.\n"}})

    assert parse_event(line) == Diagnostic(Severity.INFO, "^C received; cancelling.")


def test_the_summary_counts() -> None:
    """The engine's last word has the number of resources by what was done to them."""
    event = parse_event(
        line("summaryEvent", resourceChanges={"create": 2, "same": 1}, result="succeeded")
    )

    assert event == Summary({"create": 2, "same": 1}, "succeeded")


@pytest.mark.parametrize("kind", ["preludeEvent", "cancelEvent", "policyEvent", "eventOfTheFuture"])
def test_events_without_use_are_left_out(kind: str) -> None:
    """Events that we do not know or need are passed over."""
    assert parse_event(line(kind, config={})) is None


def test_an_error_before_the_first_event_is_told() -> None:
    """An engine that fails early says so in an object of its own."""
    event = parse_event(json.dumps({"error": "no stack named 'dev' found"}))

    assert event == Diagnostic(Severity.ERROR, "no stack named 'dev' found")


@pytest.mark.parametrize("text", ["plugin says hello", "[1, 2]", "{"])
def test_what_is_no_event_is_passed_on(text: str) -> None:
    """A line that a plugin wrote past the protocol reaches the user as it is."""
    assert parse_event(text) == Diagnostic(Severity.INFO, text)


def test_an_empty_line_is_nothing() -> None:
    """Blank lines are not worth an event."""
    assert parse_event("  ") is None


@given(
    kind=st.sampled_from(
        [
            *("resourcePreEvent", "resOutputsEvent", "resOpFailedEvent"),
            *("diagnosticEvent", "summaryEvent"),
        ]
    ),
    names=st.lists(
        st.sampled_from(
            [
                *("metadata", "message", "severity", "urn", "resourceChanges", "result"),
                *("ephemeral",),
            ]
        )
    ),
    data=st.data(),
)
def test_no_event_is_too_strange(kind: str, names: list[str], data: st.DataObject) -> None:
    """Whatever an event of a known kind holds, parsing it does not fail."""
    inner = {
        name: data.draw(json_values)
        for name in ("old", "new", "detailedDiff", "urn", "op", "provider")
    }
    fields = {name: data.draw(json_values | st.just(inner)) for name in names}

    parse_event(line(kind, **fields))


@given(json_values)
def test_secrets_never_show(value: Any) -> None:
    """A secret shows as a mark, wherever it stands in a value."""
    holding = {"plain": value, "list": [value, SECRET], "nested": {"secret": SECRET}}

    assert "v1:abc:def" not in shown(holding)
    assert shown(SECRET) == "[secret]"
