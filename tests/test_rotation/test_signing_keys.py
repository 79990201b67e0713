"""Strategy: signing keys with overlap."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hoist.key_sets import KeySet, KeySetPolicy, key_text
from hoist.rotation_engine.faults import ClientCall
from hoist.rotation_engine.outcomes import Ending
from hoist.secret import Secret
from rotation.errors import PendingValueStaleError, RotationPolicyError
from rotation.strategies.signing_keys import (
    KEYS_AT_MOST,
    TIME_TO_PUBLISH,
    SigningKeys,
    with_next_key,
)
from rotation.strategy import Trial
from rotation_site import DRAFT, MORNING, TOKEN, RotationSite, no_fault
from rotation_store import refusal
from rotation_tokens import is_accepted, is_signed, issue

PROPAGATION, LIFETIME = timedelta(hours=2), timedelta(hours=12)
POLICY = KeySetPolicy(propagation=PROPAGATION, token_lifetime=LIFETIME)


@pytest.fixture
def site() -> RotationSite:
    return RotationSite()


def rotated(key_set: KeySet, now: datetime) -> KeySet:
    kid = f"kid-{now.timestamp()}-{len(key_set.keys)}"
    return with_next_key(key_set, kid=kid, secret=key_text(b"k" * 32), now=now)


def pending(key_set: KeySet, at: datetime) -> Trial:
    document = key_set.document()
    return Trial(TOKEN, at, pending=document, current=document, previous=None)


def test_first_key_signs_at_once() -> None:
    """In an empty set nobody has to be waited for."""
    assert rotated(KeySet(POLICY), MORNING).signing_key(MORNING).not_before == MORNING


def test_next_key_waits_for_the_verifiers() -> None:
    """A new key signs when all verifiers can know it; its predecessor retires a token later."""
    first = rotated(KeySet(POLICY), MORNING)
    now = MORNING + timedelta(days=30)

    old, new = rotated(first, now).keys

    assert new.not_before == now + TIME_TO_PUBLISH + PROPAGATION
    assert old.retire_after == new.not_before + LIFETIME


def test_retired_keys_are_removed() -> None:
    """A key that verifies nothing any more leaves the set with the next rotation."""
    first = rotated(KeySet(POLICY), MORNING)
    second = rotated(first, MORNING + timedelta(days=30))
    third = rotated(second, MORNING + timedelta(days=60))

    assert [key.kid for key in third.keys] == [
        second.keys[1].kid,
        third.keys[1].kid,
    ]


def test_version_tells_its_key() -> None:
    """The id of a key follows from the rotation's token: a retry cannot make a second one."""
    made = [KeySet.read(SigningKeys().create(None, DRAFT)).keys[0] for _ in range(2)]

    assert made[0].kid == made[1].kid
    assert made[0].secret != made[1].secret


def test_secrets_that_share_a_token_share_no_key_id() -> None:
    """A verifier that has the keys of two secrets tells them apart, whoever chose the tokens."""
    drafts = (DRAFT, replace(DRAFT, secret_arn=f"{DRAFT.secret_arn}-two"))
    made = {KeySet.read(SigningKeys().create(None, draft)).keys[0].kid for draft in drafts}

    assert len(made) == 2


def test_no_place_for_a_key() -> None:
    """The preflight, and so the test-only mode, says that too many keys still verify."""
    key_set = KeySet(POLICY)
    for number in range(KEYS_AT_MOST):
        SigningKeys().preflight(key_set.document(), DRAFT)
        key_set = rotated(key_set, MORNING + timedelta(minutes=number))

    with pytest.raises(RotationPolicyError, match="no more are allowed"):
        SigningKeys().preflight(key_set.document(), DRAFT)


def test_keys_are_bounded() -> None:
    """A rotation that would leave too many live keys is refused."""
    key_set = KeySet(POLICY)
    for number in range(KEYS_AT_MOST):
        key_set = rotated(key_set, MORNING + timedelta(minutes=number))

    with pytest.raises(RotationPolicyError, match="no more are allowed"):
        rotated(key_set, MORNING + timedelta(hours=1))


def test_late_key_is_not_published() -> None:
    """A pending key that waited too long fails its test: it would sign before it is known."""
    key_set = rotated(rotated(KeySet(POLICY), MORNING), MORNING)

    SigningKeys().test(pending(key_set, MORNING + TIME_TO_PUBLISH))
    with pytest.raises(PendingValueStaleError):
        SigningKeys().test(pending(key_set, MORNING + TIME_TO_PUBLISH + timedelta(seconds=1)))


def test_late_key_is_replaced_by_another_rotation(site: RotationSite) -> None:
    """A rotation that lay too long fails for good; given up, it makes room for one that works."""
    now = site.clock.now()
    arn = site.secret(rotated(KeySet(POLICY), now).document().reveal(), strategy="signing-keys")
    site.before = no_promotion
    site.engine.rotate(arn)
    site.before = no_fault
    site.clock.advance(3600)

    stale = site.engine.resume(arn)
    site.engine.abandon(arn)

    assert stale.failure
    assert stale.failure.message.startswith("policy/pending_value_stale")
    assert site.engine.rotate(arn).ending is Ending.SUCCEEDED


def no_promotion(call: ClientCall) -> None:
    if call.operation == "update_secret_version_stage":
        raise refusal("InternalServiceError", call.operation)


def test_first_key_is_never_late() -> None:
    """A set of one key has no verifier that knows another."""
    SigningKeys().test(pending(rotated(KeySet(POLICY), MORNING), MORNING + timedelta(days=9)))


def test_tokens_outlive_three_rotations(site: RotationSite) -> None:
    """Through three rotations each token is good until it expires, and its key not much longer."""
    arn = site.secret(KeySet(POLICY).document().reveal(), strategy="signing-keys")
    tokens: list[tuple[datetime, str]] = []
    for number in range(4 * 30):
        now = site.clock.now()
        if number % 30 == 0:
            assert site.engine.rotate(arn).failure is None
        key_set = KeySet.read(Secret(site.store.value(arn)))
        tokens.append((now, issue(key_set, now=now, lifetime=LIFETIME)))
        for issued_at, token in tokens:
            assert is_accepted(key_set, token, now=now) == (now < issued_at + LIFETIME)
        site.clock.advance(3600)

    key_set, now = KeySet.read(Secret(site.store.value(arn))), site.clock.now()
    assert not is_signed(key_set, tokens[0][1], now=now)
    assert len(key_set.keys) == 2


@given(
    gaps=st.lists(st.integers(0, 20 * 3600), min_size=1, max_size=6),
    read_delay=st.integers(0, int(PROPAGATION.total_seconds())),
    lifetime=st.integers(0, int(LIFETIME.total_seconds()) - 1),
    signed_after=st.integers(0, 40 * 3600),
)
def test_stale_verifiers_and_signers_agree(
    gaps: list[int], read_delay: int, lifetime: int, signed_after: int
) -> None:
    """However rotations lie, a verifier that reads the set late by up to the propagation accepts
    what any signer, as late itself, has signed, as long as the token lives."""
    history = [(MORNING, rotated(KeySet(POLICY), MORNING))]
    for gap in gaps:
        published_at = history[-1][0] + timedelta(seconds=gap)
        history.append((published_at, rotated(history[-1][1], published_at)))
    signed_at = MORNING + timedelta(seconds=signed_after)
    verified_at = signed_at + timedelta(seconds=lifetime)

    def seen(at: datetime, delay: timedelta) -> KeySet:
        return [kept for since, kept in history if since <= max(at - delay, MORNING)][-1]

    late = timedelta(seconds=read_delay)
    for signer_delay in (timedelta(0), late):
        signer = seen(signed_at, signer_delay)
        token = issue(signer, now=signed_at, lifetime=timedelta(seconds=lifetime))
        for verifier_delay in (timedelta(0), late):
            assert is_signed(seen(verified_at, verifier_delay), token, now=verified_at)
