"""Strategy: a key of an issuer, over real HTTPS."""

import json
from typing import Any

import pytest

from api_key_site import API_KEY, ApiKeySite, document, key_document, label_of
from hoist.rotation_engine.faults import ClientCall
from hoist.rotation_engine.outcomes import Ending
from hoist.secret import Secret
from rotation.choice import STRATEGY_TAG
from rotation.errors import FailureKind, SecretSchemaError
from rotation.strategies.api_key.failures import IssuerFailureError
from rotation.strategy import Strategy, Succession, Trial
from rotation_site import DRAFT, MORNING, TOKEN, no_fault
from rotation_store import refusal

HOUR = 3600
NO_OVERLAP = {"overlap_hours": 0}


@pytest.fixture
def strategy(site: ApiKeySite) -> Strategy:
    return site.strategies[API_KEY]()


def test_old_key_lives_on(site: ApiKeySite) -> None:
    """After a rotation both keys are good, and the new one is labelled with its rotation."""
    arn = site.rotating()

    outcome = site.engine.rotate(arn)

    assert outcome.failure is None
    current, previous = site.documents(arn)
    assert current["key"] != previous["key"]
    assert site.shop.lets_in(current["key"])
    assert site.shop.lets_in(previous["key"])
    assert site.shop.keys[current["key_id"]].label == label_of(arn, outcome.token)
    assert current["replaced_key_id"] == previous["key_id"]


def test_next_rotation_revokes_the_key_before(site: ApiKeySite) -> None:
    """The next rotation revokes what the last one replaced: two keys are good at a time."""
    arn = site.rotating()
    for _ in range(4):
        before = len(site.shop.asked)
        assert site.engine.rotate(arn).failure is None
        assert len(site.shop.live()) == 2
        assert len(site.shop.asked) - before < 15
        site.clock.advance(3 * HOUR)

    assert site.shop.live() == ["key_4", "key_5"]


def test_no_overlap(site: ApiKeySite) -> None:
    """With no overlap the old key is dead when the rotation has ended."""
    arn = site.rotating(key_document(site.shop, policy=NO_OVERLAP))

    for _ in range(2):
        assert site.engine.rotate(arn).ending is Ending.SUCCEEDED

        current, previous = site.documents(arn)
        assert site.shop.live() == [current["key_id"]]
        assert not site.shop.lets_in(previous["key"])


def test_overlap_is_kept(site: ApiKeySite) -> None:
    """Until the overlap is over another rotation is refused, before anything changes."""
    arn = site.rotating()
    assert site.engine.rotate(arn).failure is None
    site.clock.advance(2 * HOUR - 60)

    refused = site.engine.rotate(arn)

    assert refused.failure
    assert refused.failure.step == "createSecret"
    assert refused.failure.message.startswith("policy/rotation_policy: the key before")
    assert site.shop.live() == ["key_1", "key_2"]
    site.clock.advance(60)
    assert site.engine.resume(arn).ending is Ending.SUCCEEDED


def test_test_only_mode(site: ApiKeySite) -> None:
    """Test mode asks whether it would work, and changes nothing at the issuer."""
    arn = site.rotating()

    assert site.engine.test(arn).ending is Ending.SUCCEEDED
    assert site.shop.live() == ["key_1"]
    assert {asked.method for asked in site.shop.asked} == {"GET"}


def test_first_key(site: ApiKeySite) -> None:
    """A secret without a key gets its first one."""
    arn = site.rotating(document())

    assert site.engine.rotate(arn).failure is None

    current, _ = site.documents(arn)
    assert site.shop.lets_in(current["key"])
    assert current["replaced_key_id"] is None


def test_all_else_in_the_secret_stays(site: ApiKeySite) -> None:
    """What the owner wrote stays, but for the key."""
    arn = site.rotating(key_document(site.shop, strategy=API_KEY, policy={"overlap_hours": 7}))

    site.engine.rotate(arn)

    current, previous = site.documents(arn)
    changed = {"key_id", "key", "issued_at", "replaced_key_id"}
    assert {name: current[name] for name in current.keys() - changed} == {
        name: previous[name] for name in previous.keys() - changed
    }


def test_keys_of_others_are_left_alone(site: ApiKeySite) -> None:
    """Keys whose labels only resemble those of the secret are nobody's to revoke."""
    others = [site.shop.add(label)[0] for label in ("", "app", "app2/x", "App/x", "x/app/y")]
    arn = site.rotating()

    for _ in range(3):
        assert site.engine.rotate(arn).failure is None
        site.clock.advance(3 * HOUR)

    assert site.shop.live()[: len(others)] == others


def test_key_of_an_abandoned_rotation_is_found(site: ApiKeySite) -> None:
    """The key of a rotation that was given up is revoked by the next one, within any overlap."""
    arn = site.rotating()

    def refuse(call: ClientCall) -> None:
        if call.operation == "update_secret_version_stage":
            raise refusal("InternalServiceError", call.operation)

    site.before = refuse
    failed = site.engine.rotate(arn)
    site.engine.abandon(arn)
    site.before = no_fault

    assert failed.ending is Ending.FAILED
    assert site.engine.rotate(arn).ending is Ending.SUCCEEDED
    assert site.shop.live() == ["key_1", "key_3"]


def test_value_that_cannot_be_stored(site: ApiKeySite) -> None:
    """Each try revokes the key that the try before could not store."""
    arn = site.rotating()

    def refuse(call: ClientCall) -> None:
        if call.operation == "put_secret_value":
            raise refusal("InternalServiceError", call.operation)

    site.before = refuse
    failed = site.engine.rotate(arn)

    assert (failed.ending, failed.tries) == (Ending.FAILED, 3)
    assert site.shop.live() == ["key_1", "key_4"]
    site.before = no_fault
    assert site.engine.resume(arn).ending is Ending.SUCCEEDED
    assert site.shop.live() == ["key_1", "key_5"]


def test_key_that_was_taken_out_of_its_secret(site: ApiKeySite) -> None:
    """A secret without a key for which keys were made is refused: programs may have kept them."""
    arn = site.rotating(document())
    site.shop.add(label_of(arn, "an-older-token"))

    outcome = site.engine.rotate(arn)

    assert outcome.failure
    assert outcome.failure.message.startswith("policy/rotation_policy: the secret has no key")
    assert site.shop.live() == ["key_1"]


def test_secrets_with_one_name_leave_each_other_alone(site: ApiKeySite) -> None:
    """Two secrets with the same key name, rotated with the same token, revoke no key of the
    other's, and each finds what is its own."""
    arns = [
        site.store.create_secret(name, key_document(site.shop), tags={STRATEGY_TAG: API_KEY})
        for name in ("app/one", "app/two")
    ]
    for number in range(3):
        site.new_token = f"{TOKEN[:-1]}{number}".lower
        for arn in arns:
            assert site.engine.rotate(arn).ending is Ending.SUCCEEDED
        site.clock.advance(3 * HOUR)

    keys = [document["key"] for arn in arns for document in site.documents(arn)]
    assert all(map(site.shop.lets_in, keys))
    assert len(site.shop.live()) == len(set(keys)) == 4


def test_slow_issuer(site: ApiKeySite) -> None:
    """An issuer that knows of its own deeds some seconds later is asked again, in one try."""
    arn = site.rotating()
    assert site.engine.rotate(arn).failure is None
    site.clock.advance(3 * HOUR)
    site.shop.known_after_seconds = site.shop.dead_after_seconds = 9

    outcome = site.engine.rotate(arn)

    assert (outcome.ending, outcome.tries) == (Ending.SUCCEEDED, 1)
    assert site.shop.live() == ["key_2", "key_3"]


def test_orphan_that_was_listed_late(site: ApiKeySite) -> None:
    """A key that the list shows too late for its rotation is revoked by the next one."""
    arn = site.rotating()
    site.shop.listed_after_seconds = 60
    site.shop.add(label_of(arn, "a-rotation-given-up"))
    site.engine.rotate(arn)
    site.clock.advance(3 * HOUR)

    assert site.engine.rotate(arn).ending is Ending.SUCCEEDED
    assert site.shop.live() == ["key_3", "key_4"]


def test_twin_is_revoked_at_once(site: ApiKeySite) -> None:
    """A key of the same token that comes to be listed while another is issued does not stay."""
    arn = site.rotating()

    def appear(call: ClientCall) -> None:
        if call.operation == "issue":
            site.shop.add(site.shop.keys["key_2"].label)

    site.after = appear

    assert site.engine.rotate(arn).ending is Ending.SUCCEEDED
    assert site.shop.live() == ["key_1", "key_2"]


def test_revoked_key_must_be_dead(site: ApiKeySite) -> None:
    """A rotation does not end well while the issuer lets in whom it was told to lock out."""
    arn = site.rotating(key_document(site.shop, policy=NO_OVERLAP))
    site.shop.dead_after_seconds = HOUR

    outcome = site.engine.rotate(arn)

    assert outcome.failure
    assert outcome.failure.step == "finishSecret"
    assert outcome.failure.message.startswith("policy/rotation_issuer_failure: the issuer lets")
    site.clock.advance(HOUR)
    assert site.engine.resume(arn).ending is Ending.SUCCEEDED


def test_revoked_key_must_be_gone(site: ApiKeySite) -> None:
    """No new key is issued while one that was to be revoked is still listed."""
    arn = site.rotating()
    site.engine.rotate(arn)
    site.clock.advance(3 * HOUR)
    site.engine.rotate(arn)
    site.clock.advance(3 * HOUR)
    site.shop.dead_after_seconds = HOUR

    outcome = site.engine.rotate(arn)

    assert outcome.failure
    assert outcome.failure.step == "createSecret"
    assert "still lists" in outcome.failure.message
    assert site.shop.live() == ["key_3"]


@pytest.mark.parametrize("is_the_replaced", [True, False])
def test_key_before_the_current_one(
    site: ApiKeySite, strategy: Strategy, is_the_replaced: bool
) -> None:
    """A pending key is not published while the key that the current one replaced lets in; a
    previous version with another key, which nobody was to revoke, is none of its business."""
    previous, pending = (Secret(key_document(site.shop)) for _ in range(2))
    replaced = json.loads(previous.reveal())["key_id"] if is_the_replaced else "key_0"
    current = Secret(
        key_document(site.shop, replaced_key_id=replaced, issued_at="2026-03-01T08:00:00Z")
    )
    trial = Trial(TOKEN, MORNING, pending, current, previous)
    if not is_the_replaced:
        strategy.test(trial)
        return

    with pytest.raises(IssuerFailureError) as caught:
        strategy.test(trial)

    assert caught.value.kind is FailureKind.POLICY


def test_pending_key_that_was_revoked(site: ApiKeySite, strategy: Strategy) -> None:
    """A pending key that somebody has revoked is refused, and told how to be replaced."""
    current = Secret(key_document(site.shop))
    pending = strategy.create(current, DRAFT)
    site.shop.revoke(json.loads(pending.reveal())["key_id"])

    with pytest.raises(IssuerFailureError, match="remove AWSPENDING") as caught:
        strategy.test(Trial(TOKEN, MORNING, pending, current, None))

    assert caught.value.kind is FailureKind.AUTHENTICATION


@pytest.mark.parametrize(
    "changed", [{"key_name": "other"}, {"admin_secret": "other"}, {"key_id": None, "key": None}]
)
def test_pending_value_of_something_else(
    site: ApiKeySite, strategy: Strategy, changed: dict[str, Any]
) -> None:
    """A pending value with another name, another issuer or no key is not tried anywhere."""
    fields = {"key_id": "key_1", "key": "x"}
    trial = Trial(
        TOKEN, MORNING, Secret(document(**(fields | changed))), Secret(document(**fields)), None
    )

    with pytest.raises(SecretSchemaError):
        strategy.test(trial)

    assert site.shop.asked == []


@pytest.mark.parametrize("previous", [None, "a bare value", document()])
def test_only_the_replaced_key_is_revoked(
    site: ApiKeySite, strategy: Strategy, previous: str | None
) -> None:
    """The end revokes the key that the current value names, whatever the previous version is."""
    replaced, _ = site.shop.add("made by hand")
    current = key_document(
        site.shop,
        policy=NO_OVERLAP,
        replaced_key_id=replaced,
        issued_at="2026-03-02T08:00:00+00:00",
    )

    before = Secret(previous) if previous else None
    strategy.finish(Succession(MORNING, Secret(current), before))

    assert site.shop.live() == ["key_2"]
