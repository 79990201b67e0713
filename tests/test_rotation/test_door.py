"""What leaves the function: one log line, and an error that Secrets Manager may keep."""

import logging
import traceback

import pytest

from hoist.rotation_engine.faults import ClientCall
from rotation import handler
from rotation.door import answer
from rotation.errors import (
    InvalidEventError,
    RotationFaultError,
    RotationPolicyError,
)
from rotation.messages import Step
from rotation_site import TOKEN, RotationSite, event_for
from rotation_store import refusal


@pytest.fixture
def site() -> RotationSite:
    return RotationSite()


def started(site: RotationSite, value: str = "CANARY-old", *, strategy: str = "recording") -> str:
    arn = site.secret(value, strategy=strategy)
    site.store.add_placeholder(arn, TOKEN)
    return arn


def test_each_step_is_logged_once(site: RotationSite, caplog: pytest.LogCaptureFixture) -> None:
    """A step that is done leaves one line with its name, its secret and its version."""
    caplog.set_level(logging.INFO)
    arn = started(site)

    site.handle(event_for(arn))

    (line,) = caplog.records
    assert line.message == "rotation_step_done"
    assert (vars(line)["step"], vars(line)["secret_id"]) == ("createSecret", arn)


def test_failure_tells_kind_and_code(site: RotationSite, caplog: pytest.LogCaptureFixture) -> None:
    """A failure leaves one line with kind and code; the error's text begins with both."""
    arn = started(site)
    site.strategy.failing["create"] = RotationPolicyError("too short", way_out="make it longer")

    with pytest.raises(RotationPolicyError) as caught:
        site.handle(event_for(arn))

    assert str(caught.value) == "policy/rotation_policy: too short (make it longer)"
    (line,) = caplog.records
    assert (vars(line)["kind"], vars(line)["code"]) == ("policy", "rotation_policy")


def test_foreign_error_is_replaced(site: RotationSite) -> None:
    """An error that nobody foresaw is told by its kind and its place; its text stays inside."""
    arn = started(site)
    site.strategy.failing["create"] = ValueError("CANARY in the text")

    with pytest.raises(RotationFaultError) as caught:
        site.handle(event_for(arn))

    shown = "".join(traceback.format_exception(caught.value))
    assert "ValueError in _call:" in shown
    assert "CANARY" not in shown


def test_faulty_event_is_refused(caplog: pytest.LogCaptureFixture) -> None:
    """An event that is none is refused before anything is built."""

    def nothing_is_built() -> None:
        raise AssertionError

    with pytest.raises(InvalidEventError):
        answer({"Step": "CANARY"}, nothing_is_built)  # type: ignore[arg-type]

    assert "CANARY" not in caplog.text


def test_handler_is_the_door() -> None:
    """The function's handler refuses what is no event, without any client or environment."""
    with pytest.raises(InvalidEventError):
        handler.handle({}, None)


FAULTY_VALUES = [
    "CANARY",
    '{"CANARY": 1}',
    '{"strategy": "signing-keys", "keys": [{"kid": "CANARY"}], "active_kid": null}',
    '{"strategy": "signing-keys", "policy": {"algorithm": "CANARY"}, "keys": []}',
    '{"strategy": "generated", "value": "CANARY", "policy": {"length": "CANARY"}}',
    '{"strategy": "generated", "value": ["CANARY"]}',
    '{"strategy": "CANARY"}',
]


@pytest.mark.parametrize("value", FAULTY_VALUES)
@pytest.mark.parametrize("strategy", ["generated", "signing-keys"])
@pytest.mark.parametrize("step", Step)
def test_faulty_values_do_not_leak(
    site: RotationSite,
    caplog: pytest.LogCaptureFixture,
    value: str,
    strategy: str,
    step: Step,
) -> None:
    """No value, token or foreign text is in an error, its causes, or a log line."""
    caplog.set_level(logging.DEBUG)
    arn = started(site, value, strategy=strategy)

    shown = failure_of(site, event_for(arn, step.value))

    assert "CANARY" not in shown + caplog.text + repr([vars(line) for line in caplog.records])


@pytest.mark.parametrize("code", ["AccessDeniedException", "ThrottlingException", "Novelty"])
@pytest.mark.parametrize("number", [1, 2, 3, 4])
def test_failing_store_does_not_leak(
    site: RotationSite, caplog: pytest.LogCaptureFixture, code: str, number: int
) -> None:
    """The texts of the store's own errors stay inside, whichever call fails."""
    caplog.set_level(logging.DEBUG)
    arn = started(site)

    def fail(call: ClientCall) -> None:
        if call.number == number:
            raise refusal(code, call.operation)

    site.before = fail
    shown = failure_of(site, event_for(arn))

    assert code in shown
    assert "CANARY" not in shown + caplog.text + repr([vars(line) for line in caplog.records])


def failure_of(site: RotationSite, event: object) -> str:
    """All that the error of a step shows, with its causes; empty if it ends well."""
    try:
        site.handle(event)
    except Exception as error:  # noqa: BLE001 - whatever it is, it must not leak
        return "".join(traceback.format_exception(error))
    return ""
