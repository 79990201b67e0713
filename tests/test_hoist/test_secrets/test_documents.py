"""What stands in a secret's file."""

import json
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hoist.secrets.documents import decode, encode
from hoist.secrets.errors import SecretFileDamagedError
from hoist.secrets.master_keys import WrappedKey
from hoist.secrets.model import Rotation, RotationRules, SecretVersion, StoredSecret
from hoist.secrets.sealing import SealedValue

texts = st.text(max_size=12)
instants = st.datetimes(timezones=st.just(UTC))
days = st.none() | st.dates()
sealed_values = st.builds(
    SealedValue,
    st.builds(WrappedKey, texts, st.binary(max_size=12)),
    st.binary(max_size=12),
    st.binary(max_size=12),
)
rotations = st.builds(
    Rotation,
    texts,
    st.builds(
        RotationRules, st.none() | st.integers(1, 1000), st.none() | texts, st.none() | texts
    ),
    st.booleans(),
)


@st.composite
def secrets(draw: st.DrawFn) -> StoredSecret:
    labels = draw(st.lists(texts, unique=True, max_size=4))
    ids = draw(st.lists(texts, unique=True, max_size=3))
    versions = tuple(
        SecretVersion(
            version_id,
            draw(instants),
            frozenset(labels[number :: len(ids)]),
            draw(st.none() | sealed_values),
            draw(days),
        )
        for number, version_id in enumerate(ids)
    )
    return StoredSecret(
        name=draw(texts),
        arn=draw(texts),
        created_at=draw(instants),
        changed_at=draw(instants),
        versions=versions,
        description=draw(st.none() | texts),
        kms_key_id=draw(st.none() | texts),
        tags=draw(st.dictionaries(texts, texts, max_size=3)),
        policy=draw(st.none() | texts),
        rotation=draw(st.none() | rotations),
        last_rotated_at=draw(st.none() | instants),
        last_accessed_on=draw(days),
        deletion_due_at=draw(st.none() | instants),
    )


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=5,
)

WHOLE = StoredSecret(
    name="app",
    arn="arn",
    created_at=datetime(2026, 3, 1, tzinfo=UTC),
    changed_at=datetime(2026, 3, 1, tzinfo=UTC),
    versions=(
        SecretVersion(
            "v",
            datetime(2026, 3, 1, tzinfo=UTC),
            frozenset({"AWSCURRENT"}),
            SealedValue(WrappedKey("key", b"wrapped"), b"nonce", b"ciphertext"),
            date(2026, 3, 1),
        ),
    ),
    tags={"team": "ops"},
    rotation=Rotation("arn", RotationRules(30), is_enabled=True),
)


@given(secrets())
def test_document_holds_the_whole_secret(secret: StoredSecret) -> None:
    """Every secret comes back from its document as it was."""
    assert decode(encode(secret), source="file") == secret


@given(st.binary(max_size=200) | st.builds(lambda value: json.dumps(value).encode(), json_values))
def test_other_bytes_are_damage(content: bytes) -> None:
    """Bytes that are no document are damage and never another error."""
    with pytest.raises(SecretFileDamagedError):
        decode(content, source="file")


@settings(max_examples=300)
@given(st.data())
def test_changed_document_is_read_or_refused(data: st.DataObject) -> None:
    """A document with one field of any other kind is damage, or a secret that can be stored."""
    document = json.loads(encode(WHOLE))
    holder, field = data.draw(st.sampled_from(_places(document)))
    holder[field] = data.draw(json_values)

    try:
        found = decode(json.dumps(document).encode(), source="file")
    except SecretFileDamagedError:
        return

    assert decode(encode(found), source="file") == found


def test_label_on_two_versions_is_damage() -> None:
    """A document in which a label is on two versions was not written by us."""
    document = json.loads(encode(WHOLE))
    document["versions"].append({**document["versions"][0], "id": "w"})

    with pytest.raises(SecretFileDamagedError, match="some.json"):
        decode(json.dumps(document).encode(), source="some.json")


def test_half_a_surrogate_is_damage() -> None:
    """A text that no file name and no answer can hold is damage."""
    document = json.loads(encode(WHOLE))
    document["name"] = "\ud800"

    with pytest.raises(SecretFileDamagedError):
        decode(json.dumps(document).encode(), source="file")


def _places(document: Any) -> list[tuple[Any, Any]]:
    """Every field of the document, with what holds it."""
    keys: list[Any] = []
    if isinstance(document, dict):
        keys = list(document)
    elif isinstance(document, list):
        keys = list(range(len(document)))
    below = [place for key in keys for place in _places(document[key])]
    return [(document, key) for key in keys] + below
