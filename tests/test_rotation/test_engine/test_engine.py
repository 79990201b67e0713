"""What the engine does around the four steps."""

from typing import Any

import pytest

from hoist.rotation_engine.engine import RotationEngine
from hoist.rotation_engine.errors import NoRotationError, RotationInProgressError
from hoist.rotation_engine.faults import ClientCall
from hoist.rotation_engine.outcomes import Ending
from hoist.rotation_engine.tries import Tries
from rotation.errors import RotationPolicyError
from rotation_site import TOKEN, RotationSite


@pytest.fixture
def site() -> RotationSite:
    return RotationSite()


def at_call(site: RotationSite, operation: str, act: Any) -> None:
    """Do something, once, right after the function's first such call to the store."""
    done: list[bool] = []

    def after(call: ClientCall) -> None:
        if call.operation == operation and not done:
            done.append(True)
            act()

    site.after = after


def store_by_hand(site: RotationSite, arn: str, value: str = "by hand") -> None:
    site.store.put_secret_value(SecretId=arn, ClientRequestToken="hand" * 9, SecretString=value)


def test_rotation_ends_with_clean_labels(site: RotationSite) -> None:
    """After a rotation the new version is current, the old one previous, and nothing pending."""
    arn = site.secret()

    outcome = site.engine.rotate(arn)

    assert (outcome.ending, outcome.tries) == (Ending.SUCCEEDED, 1)
    assert site.store.labels(arn) == {
        outcome.token: ["AWSCURRENT"],
        "first" * 8: ["AWSPREVIOUS"],
    }


def test_events_have_the_arn_and_one_token(site: RotationSite) -> None:
    """The function is called four times, with the ARN whatever the caller said, and one token."""
    arn, heard = site.secret(), []

    def handler(event: Any, context: object) -> None:
        heard.append(event)
        site.handle(event)

    outcome = engine_of(site, handler).rotate("app/key")

    assert [event["Step"] for event in heard] == [
        "createSecret",
        "setSecret",
        "testSecret",
        "finishSecret",
    ]
    assert {event["SecretId"] for event in heard} == {arn}
    assert {event["ClientRequestToken"] for event in heard} == {outcome.token}
    assert len({event["RotationToken"] for event in heard}) == 1


def test_version_is_pending_and_empty_before_the_first_step(site: RotationSite) -> None:
    """createSecret finds a pending version that has no value."""
    arn, seen = site.secret(), []

    def handler(event: Any, context: object) -> None:
        seen.append(site.store.labels(arn).get(event["ClientRequestToken"]))
        site.handle(event)

    engine_of(site, handler).rotate(arn)

    assert seen[0] == ["AWSPENDING"]


def test_whole_rotation_is_tried_again(site: RotationSite) -> None:
    """A step that fails makes the rotation begin anew with the same token, after a pause."""
    arn = site.secret()
    failures = [RotationPolicyError("once")]

    def after(call: ClientCall) -> None:
        if call.operation == "put_secret_value" and failures:
            raise failures.pop()

    site.after = after
    outcome = site.engine.rotate(arn)

    assert (outcome.ending, outcome.tries) == (Ending.SUCCEEDED, 2)
    assert site.strategy.calls.count("create") == 1
    assert site.clock.monotonic() == 1


def test_failed_rotation_stays_open(site: RotationSite) -> None:
    """After the last try the version stays pending, the old value current, the cause is told."""
    arn = site.secret()
    site.strategy.failing["test"] = RotationPolicyError("refused")

    outcome = site.engine.rotate(arn)

    assert (outcome.ending, outcome.tries) == (Ending.FAILED, 3)
    assert outcome.failure
    assert (outcome.failure.step, outcome.failure.error_type) == (
        "testSecret",
        "RotationPolicyError",
    )
    assert site.store.labels(arn)[outcome.token] == ["AWSPENDING"]
    assert site.store.value(arn) == "old"
    assert site.clock.monotonic() == 1 + 2


def test_second_rotation_is_refused(site: RotationSite) -> None:
    """While a rotation is open another one does not start, and nothing changes."""
    arn = site.secret()
    site.store.add_placeholder(arn, TOKEN)
    labels = site.store.labels(arn)

    for start in (site.engine.rotate, site.engine.test):
        with pytest.raises(RotationInProgressError):
            start(arn)

    assert site.store.labels(arn) == labels
    assert site.events == []


def test_pending_label_on_the_current_version_is_no_obstacle(site: RotationSite) -> None:
    """A label that was left behind on the current version does not keep a rotation from it."""
    arn = site.secret()
    first = site.engine.rotate(arn).token
    site.store.update_secret_version_stage(
        SecretId=arn, VersionStage="AWSPENDING", MoveToVersionId=first
    )

    assert site.engine.rotate(arn).ending is Ending.SUCCEEDED


def test_failed_rotation_is_resumed(site: RotationSite) -> None:
    """When the cause is gone, the same version with the same value becomes current."""
    arn = site.secret()
    site.strategy.failing["test"] = RotationPolicyError("refused")
    failed = site.engine.rotate(arn)
    stored = site.store.value(arn, "AWSPENDING")
    site.strategy.failing.clear()

    outcome = site.engine.resume(arn)

    assert (outcome.ending, outcome.token) == (Ending.SUCCEEDED, failed.token)
    assert site.store.value(arn) == stored


def test_abandoned_rotation_makes_room(site: RotationSite) -> None:
    """After a rotation was given up, its value is used by nobody, and another one may start."""
    arn = site.secret()
    site.strategy.failing["set"] = RotationPolicyError("poison")
    failed = site.engine.rotate(arn)
    site.strategy.failing.clear()

    site.engine.abandon(arn)
    outcome = site.engine.rotate(arn)

    assert outcome.ending is Ending.SUCCEEDED
    assert failed.token not in site.store.labels(arn)


def test_without_a_rotation_there_is_nothing_to_resume(site: RotationSite) -> None:
    """Resuming and abandoning ask for a rotation that is open."""
    arn = site.secret()

    for call in (site.engine.resume, site.engine.abandon):
        with pytest.raises(NoRotationError):
            call(arn)


def test_promoted_rotation_is_tidied_up_not_abandoned(site: RotationSite) -> None:
    """A rotation whose label was left on the current version can be finished, not given up."""
    arn = site.secret()
    token = site.engine.rotate(arn).token
    site.store.update_secret_version_stage(
        SecretId=arn, VersionStage="AWSPENDING", MoveToVersionId=token
    )

    with pytest.raises(NoRotationError):
        site.engine.abandon(arn)

    assert site.engine.resume(arn).ending is Ending.SUCCEEDED
    assert site.store.labels(arn)[token] == ["AWSCURRENT"]


@pytest.mark.parametrize("operation", ["describe_secret", "put_secret_value"])
def test_value_stored_by_hand_ends_a_rotation(site: RotationSite, operation: str) -> None:
    """A new current value from elsewhere wins: the rotation is abandoned, its label removed."""
    arn = site.secret()
    at_call(site, operation, lambda: store_by_hand(site, arn))

    outcome = site.engine.rotate(arn)

    assert outcome.ending is Ending.ABANDONED
    assert site.store.value(arn) == "by hand"
    assert "AWSPENDING" not in sum(site.store.labels(arn).values(), [])
    assert site.event_names == ["RotationStarted", "RotationAbandoned"]


def test_value_stored_by_hand_meanwhile_ends_a_failed_rotation(site: RotationSite) -> None:
    """A rotation that failed is not resumed over a value that was stored after its own."""
    arn = site.secret()
    site.strategy.failing["set"] = RotationPolicyError("refused")
    site.engine.rotate(arn)
    site.strategy.failing.clear()
    site.clock.advance(60)
    store_by_hand(site, arn)

    outcome = site.engine.resume(arn)

    assert outcome.ending is Ending.ABANDONED
    assert site.store.value(arn) == "by hand"


def test_cancelled_rotation_stops_and_stays_pending(site: RotationSite) -> None:
    """Switching rotation off stops one that is under way; its label is left as AWS leaves it."""
    arn = site.secret()
    at_call(site, "put_secret_value", lambda: site.engine.cancel(arn))

    outcome = site.engine.rotate(arn)

    assert outcome.ending is Ending.CANCELLED
    assert site.store.labels(arn)[outcome.token] == ["AWSPENDING"]
    assert site.store.value(arn) == "old"


def test_function_that_promotes_nothing_has_failed(site: RotationSite) -> None:
    """A function that ends well and moves no label has not rotated anything."""
    arn = site.secret()

    outcome = engine_of(site, lambda event, context: None).rotate(arn)

    assert outcome.ending is Ending.FAILED
    assert outcome.failure
    assert outcome.failure.error_type == "NotPromoted"


@pytest.mark.parametrize("works", [True, False])
def test_test_only_mode_leaves_no_trace(site: RotationSite, works: bool) -> None:
    """Test mode calls testSecret alone, and removes the version that it made, come what may."""
    arn = site.secret()
    labels = site.store.labels(arn)
    if not works:
        site.strategy.failing["preflight"] = RotationPolicyError("no free place")

    outcome = site.engine.test(arn)

    assert outcome.ending is (Ending.SUCCEEDED if works else Ending.FAILED)
    assert site.store.labels(arn) == labels
    assert site.store.value(arn) == "old"
    assert site.strategy.calls == ["preflight"]


def engine_of(site: RotationSite, handler: Any) -> RotationEngine:
    return RotationEngine(
        client=site.store,
        placeholders=site.store,
        handler=handler,
        clock=site.clock,
        tries=Tries(at_most=2),
    )
