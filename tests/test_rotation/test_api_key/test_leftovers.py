"""Which keys have to go before another is issued."""

from datetime import timedelta
from typing import Any

import pytest

from api_key_site import document
from hoist.secret import Secret
from rotation.errors import RotationPolicyError
from rotation.strategies.api_key.document import ApiKeyDocument, api_key_document
from rotation.strategies.api_key.issuer import HeldKey, Holdings
from rotation.strategies.api_key.leftovers import (
    refuse_full_issuer,
    refuse_open_overlap,
    superfluous_keys,
)
from rotation_site import MORNING

KEY = {"key_id": "current", "key": "x", "issued_at": MORNING.isoformat()}
LABEL = "app/owner/this"
REPLACED = KEY | {"replaced_key_id": "replaced"}


def read(**fields: Any) -> ApiKeyDocument:
    return api_key_document(Secret(document(**fields)))


def held(*key_ids: str, token: str = "older") -> list[HeldKey]:
    return [HeldKey(key_id, f"app/owner/{token}") for key_id in key_ids]


@pytest.mark.parametrize(
    ("fields", "keys", "superfluous"),
    [
        ({}, [], []),
        ({}, held("orphan", token="this"), ["orphan"]),
        (KEY, [], []),
        (KEY, held("current"), []),
        (KEY, held("current", token="this"), []),
        (KEY, held("current", "orphan"), ["orphan"]),
        (REPLACED, [], ["replaced"]),
        (REPLACED, held("current", "replaced"), ["replaced"]),
        (REPLACED, held("orphan", "current", "replaced"), ["orphan", "replaced"]),
    ],
)
def test_which_keys_have_to_go(
    fields: dict[str, str], keys: list[HeldKey], superfluous: list[str]
) -> None:
    """All of the secret's keys go but the current one, listed or not."""
    assert superfluous_keys(read(**fields), keys, label=LABEL) == superfluous


@pytest.mark.parametrize("keys", [held("a"), held("a", token="this") + held("b")])
def test_keys_of_unknown_use_never_go(keys: list[HeldKey]) -> None:
    """Without a key of its own, a secret revokes none that other tokens have made."""
    with pytest.raises(RotationPolicyError):
        superfluous_keys(read(), keys, label=LABEL)


@pytest.mark.parametrize(
    ("fields", "hours", "is_open"),
    [
        ({}, 0, False),
        (KEY, 0, False),
        (REPLACED, 0, True),
        (REPLACED, 1.99, True),
        (REPLACED, 2, False),
        (REPLACED | {"policy": {"overlap_hours": 0}}, 0, False),
        (REPLACED | {"policy": {"overlap_hours": 48}}, 47, True),
        (REPLACED | {"policy": {"overlap_hours": 48}}, 48, False),
    ],
)
def test_overlap(fields: dict[str, Any], hours: float, is_open: bool) -> None:
    """It is open for its hours after the current key was issued, if that has replaced another."""
    now = MORNING + timedelta(hours=hours)
    if not is_open:
        refuse_open_overlap(read(**fields), now)
        return
    with pytest.raises(RotationPolicyError):
        refuse_open_overlap(read(**fields), now)


@pytest.mark.parametrize(
    ("keys", "free", "is_full"),
    [
        (held("current"), 0, True),
        (held("current"), 1, False),
        (held("current", "replaced"), 0, False),
        ([], 0, True),
    ],
)
def test_places(keys: list[HeldKey], free: int, is_full: bool) -> None:
    """A place is free, or becomes free when the others go."""
    if not is_full:
        refuse_full_issuer(read(**KEY), Holdings(keys, free))
        return
    with pytest.raises(RotationPolicyError):
        refuse_full_issuer(read(**KEY), Holdings(keys, free))
