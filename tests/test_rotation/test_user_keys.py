"""What a rotation needs of IAM, on IAM (moto) and on the one in memory alike."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from moto import mock_aws

from hoist.aws import AwsCredentials, AwsSettings
from hoist.clock import FixedClock
from hoist.secret import Secret
from rotation.clients import ImpatientAws
from rotation.errors import CloudFailureError, FailureKind
from rotation.settings import RotationSettings
from rotation.strategies.user_keys import UserKeys
from rotation.wiring import strategies, user_keys
from rotation_site import MORNING
from rotation_users import InMemoryUserKeys

pytestmark = pytest.mark.thorough

AWS = AwsSettings("us-east-1", credentials=AwsCredentials("test", Secret("test")))


@pytest.fixture(params=["memory", "moto"])
def users(request: pytest.FixtureRequest) -> Iterator[UserKeys]:
    """With one user, whose name is `app` and who has no key."""
    if request.param == "memory":
        yield InMemoryUserKeys(FixedClock(MORNING))
        return
    with mock_aws():
        user_keys.cache_clear()
        ImpatientAws(AWS).iam().create_user(UserName="app", Path="/services/")
        yield user_keys(AWS)


def test_made_key_is_listed(users: UserKeys) -> None:
    """A new key is active and was never used."""
    made = users.create_key("app")

    (listed,) = users.keys_of("app")
    assert (listed.key_id, listed.is_active, listed.last_used_at) == (
        made.access_key_id,
        True,
        None,
    )


def test_third_key_is_refused(users: UserKeys) -> None:
    """A user has two keys at most; that is a matter of policy."""
    users.create_key("app")
    users.create_key("app")

    with pytest.raises(CloudFailureError) as caught:
        users.create_key("app")

    assert caught.value.kind is FailureKind.POLICY


def test_deleted_key_is_gone(users: UserKeys) -> None:
    """A deleted key is not listed, and to delete it again does nothing."""
    made = users.create_key("app")

    users.delete_key("app", made.access_key_id)
    users.delete_key("app", made.access_key_id)

    assert users.keys_of("app") == []


def test_mark_is_kept(users: UserKeys) -> None:
    """The mark of an unfinished key is read as it was set, and may be taken off twice."""
    assert users.unfinished_key("app") == ""
    users.mark_unfinished("app", "AKIA1")
    users.mark_unfinished("app", "AKIA2")
    assert users.unfinished_key("app") == "AKIA2"

    users.mark_finished("app")
    users.mark_finished("app")

    assert users.unfinished_key("app") == ""


def test_key_tells_its_owner(users: UserKeys) -> None:
    """A key acts as its user, whatever the user's path."""
    assert users.owner_of(users.create_key("app")) == "app"


def test_wired_strategy_keeps_its_client() -> None:
    """Two events of one process share the client of IAM."""
    settings = RotationSettings(replace(AWS, region="eu-west-1"))
    user_keys.cache_clear()

    for _ in range(2):
        strategies(settings, FixedClock(MORNING))["iam-access-key"]()

    assert (user_keys.cache_info().misses, user_keys.cache_info().hits) == (1, 1)
