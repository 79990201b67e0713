"""Reading and using sets of keys that overlap."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hoist.key_sets import (
    Algorithm,
    KeySet,
    KeySetPolicy,
    NoSigningKeyError,
    SigningKey,
    key_text,
)
from hoist.secret import Secret
from hoist.strict_json import InvalidDocumentError
from rotation_site import MORNING
from rotation_tokens import is_accepted, issue

HOUR = timedelta(hours=1)


def key(kid: str, not_before: datetime, retire_after: datetime | None = None) -> SigningKey:
    return SigningKey(kid, key_text(kid.encode() * 64), not_before, retire_after)


TWO_KEYS = KeySet(
    KeySetPolicy(token_lifetime=HOUR),
    (key("old", MORNING - HOUR, MORNING + 2 * HOUR), key("new", MORNING + HOUR)),
)


def test_young_key_signs_from_its_time_on() -> None:
    """The youngest key whose time has come signs; until then the one before it does."""
    assert TWO_KEYS.signing_key(MORNING).kid == "old"
    assert TWO_KEYS.signing_key(MORNING + HOUR).kid == "new"


def test_young_key_verifies_at_once() -> None:
    """A key verifies before it signs: the clock of a signer may be ahead."""
    token = issue(TWO_KEYS, now=MORNING + HOUR, lifetime=HOUR)

    assert is_accepted(TWO_KEYS, token, now=MORNING)


def test_old_key_verifies_until_it_retires() -> None:
    """The last token of an old key is good for its whole life; the key is good no longer."""
    message = b"message"
    signature = TWO_KEYS.sign(message, TWO_KEYS.keys[0])

    def verifies(now: datetime) -> bool:
        return TWO_KEYS.verify(message, signature, kid="old", now=now)

    assert verifies(MORNING + 2 * HOUR - timedelta(microseconds=1))
    assert not verifies(MORNING + 2 * HOUR)


@pytest.mark.parametrize("kid", ["new", "unknown", ""])
def test_signature_counts_for_its_own_key(kid: str) -> None:
    """A signature does not verify under the id of another key, or of none."""
    signature = TWO_KEYS.sign(b"message", TWO_KEYS.keys[0])

    assert not TWO_KEYS.verify(b"message", signature, kid=kid, now=MORNING)


def test_changed_messages_do_not_verify() -> None:
    """A signature counts for its own message, whole."""
    signature = TWO_KEYS.sign(b"message", TWO_KEYS.keys[0])

    assert TWO_KEYS.verify(b"message", signature, kid="old", now=MORNING)
    assert not TWO_KEYS.verify(b"massage", signature, kid="old", now=MORNING)
    assert not TWO_KEYS.verify(b"message", signature[:-1], kid="old", now=MORNING)


@pytest.mark.parametrize("keys", [(), (key("later", MORNING + HOUR),)])
def test_nobody_may_sign(keys: tuple[SigningKey, ...]) -> None:
    """A set without a key whose time has come says so."""
    with pytest.raises(NoSigningKeyError):
        KeySet(KeySetPolicy(), keys).signing_key(MORNING)


@given(
    algorithm=st.sampled_from(Algorithm),
    spans=st.tuples(st.integers(0, 10**6), st.integers(0, 10**6)),
    count=st.integers(0, 4),
)
def test_what_is_written_is_read(algorithm: Algorithm, spans: tuple[int, int], count: int) -> None:
    """A set is read as it was written."""
    propagation, lifetime = (timedelta(seconds=span) for span in spans)
    key_set = KeySet(
        KeySetPolicy(algorithm, propagation, lifetime),
        tuple(
            key(f"k{number}", MORNING, None if number == count - 1 else MORNING + HOUR)
            for number in range(count)
        ),
    )

    assert KeySet.read(key_set.document()) == key_set


def test_values_are_not_shown() -> None:
    """Neither the repr of a set nor that of a key shows a key."""
    assert TWO_KEYS.keys[0].secret.reveal() not in repr(TWO_KEYS)


def changed(**fields: Any) -> Secret:
    document = json.loads(TWO_KEYS.document().reveal()) | fields
    return Secret(json.dumps(document))


def keys_with(position: int, **fields: Any) -> Secret:
    keys = json.loads(TWO_KEYS.document().reveal())["keys"]
    keys[position] |= fields
    return changed(keys=keys)


@pytest.mark.parametrize(
    "document",
    [
        changed(strategy="generated"),
        changed(active_kid="old"),
        changed(active_kid=None),
        changed(novelty=1),
        changed(keys={}),
        changed(keys=[]),
        changed(policy={"algorithm": "none"}),
        changed(policy={"algorithm": "RS256"}),
        changed(policy={"algorithm": "HS512", "novelty": 1}),
        changed(policy={"token_lifetime_seconds": -1}),
        keys_with(0, kid="new"),
        keys_with(0, kid=""),
        keys_with(0, retire_after=None),
        keys_with(0, secret="c2hvcnQ"),
        keys_with(0, secret="not base64!" * 10),
        keys_with(0, not_before="yesterday"),
        keys_with(0, not_before="2026-03-02T08:00:00"),
        keys_with(1, retire_after=MORNING.isoformat()),
        keys_with(1, novelty=1),
    ],
)
def test_other_documents_are_refused(document: Secret) -> None:
    """A document that the rotation would not have written is refused, key by key."""
    with pytest.raises(InvalidDocumentError):
        KeySet.read(document)


def test_instants_are_utc() -> None:
    """An instant with another offset is the same instant."""
    document = keys_with(0, not_before="2026-03-02T08:00:00+01:00")

    assert KeySet.read(document).keys[0].not_before == datetime(2026, 3, 2, 7, tzinfo=UTC)
