"""What a rotation needs of IAM, on moto, on the emulator and on the one in memory alike."""

from dataclasses import replace
from typing import Any

import pytest

from hoist.aws import AwsCredentials, AwsSettings
from hoist.clock import FixedClock
from hoist.secret import Secret
from rotation.clients import ImpatientAws
from rotation.errors import CloudFailureError, FailureKind
from rotation.settings import RotationSettings
from rotation.strategies.user_keys import UserKeys
from rotation.wiring import strategies, user_keys
from rotation_iam_site import moto_iam
from rotation_site import MORNING

pytestmark = pytest.mark.thorough

AWS = AwsSettings("us-east-1", credentials=AwsCredentials("test", Secret("test")))


def test_made_key_is_listed(users: UserKeys, name: str) -> None:
    """A new key is active and was never used."""
    made = users.create_key(name)

    (listed,) = users.keys_of(name)
    assert (listed.key_id, listed.is_active, listed.last_used_at) == (
        made.access_key_id,
        True,
        None,
    )


def test_use_of_a_key_is_told(users: UserKeys, name: str) -> None:
    """When a key was last used is known afterwards."""
    users.owner_of(users.create_key(name))

    (listed,) = users.keys_of(name)
    assert listed.last_used_at is not None


def test_third_key_is_refused(users: UserKeys, name: str) -> None:
    """A user has two keys at most; that is a matter of policy."""
    users.create_key(name)
    users.create_key(name)

    with pytest.raises(CloudFailureError) as caught:
        users.create_key(name)

    assert caught.value.kind is FailureKind.POLICY


def test_deleted_key_is_gone(users: UserKeys, name: str) -> None:
    """A deleted key is not listed and acts no more as its user; to delete it again does nothing."""
    made = users.create_key(name)

    users.delete_key(name, made.access_key_id)
    users.delete_key(name, made.access_key_id)

    assert users.keys_of(name) == []
    assert users.owner_of(made) != name


def test_deleted_key_is_nobodys(users: UserKeys, name: str) -> None:
    """A deleted key acts as nobody at all."""
    made = users.create_key(name)

    users.delete_key(name, made.access_key_id)

    assert users.owner_of(made) is None


def test_mark_is_kept(users: UserKeys, name: str) -> None:
    """The mark of an unfinished key is read as it was set, and may be taken off twice."""
    assert users.unfinished_key(name) == ""
    users.mark_unfinished(name, "AKIA1")
    users.mark_unfinished(name, "AKIA2")
    assert users.unfinished_key(name) == "AKIA2"

    users.mark_finished(name)
    users.mark_finished(name)

    assert users.unfinished_key(name) == ""


def test_key_tells_its_owner(users: UserKeys, name: str) -> None:
    """A key acts as its user, whatever the user's path."""
    assert users.owner_of(users.create_key(name)) == name


def test_wired_strategy_keeps_its_client() -> None:
    """Two events of one process share the client of IAM."""
    settings = RotationSettings(replace(AWS, region="eu-west-1"))
    user_keys.cache_clear()

    for _ in range(2):
        strategies(settings, FixedClock(MORNING))["iam-access-key"]()

    assert (user_keys.cache_info().misses, user_keys.cache_info().hits) == (1, 1)


def test_key_is_tried_by_itself() -> None:
    """Whoever is asked about a key hears of that key alone, and nothing of the function's role."""
    role = AwsCredentials("AKIAROLE", Secret("CANARY"), session_token=Secret("CANARY-of-the-role"))
    sent: list[Any] = []
    with moto_iam() as settings:
        clients = ImpatientAws(replace(settings, credentials=role))
        client = clients.sts_as(AwsCredentials("AKIAUSER", Secret("CANARY")))
        client.meta.events.register("before-send.sts", lambda request, **_: sent.append(request))
        client.get_caller_identity()

    assert "AKIAUSER" in str(sent[0].headers["Authorization"])
    assert "X-Amz-Security-Token" not in sent[0].headers
