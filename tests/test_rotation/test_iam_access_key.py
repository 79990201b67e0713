"""Strategy: the access key of an IAM user, of which there are two at most."""

import json
from datetime import datetime, timedelta

import pytest

from hoist.aws import AwsCredentials
from hoist.rotation_engine.faults import ClientCall
from hoist.rotation_engine.outcomes import Ending
from hoist.secret import Secret
from hoist.strict_json import InvalidDocumentError
from rotation.errors import (
    CloudFailureError,
    FailureKind,
    RotationPolicyError,
    SecretSchemaError,
)
from rotation.strategies.access_key_document import with_key
from rotation.strategies.iam_access_key import IamAccessKey, superfluous_key
from rotation.strategies.user_keys import UserKey
from rotation.strategy import Trial
from rotation_site import DRAFT, MORNING, TOKEN, RotationSite, no_fault
from rotation_store import refusal

DAY = 24 * 3600


@pytest.fixture
def site() -> RotationSite:
    return RotationSite()


def rotating(site: RotationSite) -> str:
    """The ARN of a secret with a key that is in use."""
    made = site.users.create_key("app")
    document = {
        "user_name": "app",
        "access_key_id": made.access_key_id,
        "secret_access_key": made.secret_access_key.reveal(),
    }
    return site.secret(json.dumps(document), strategy="iam-access-key")


def key_ids(site: RotationSite) -> list[str]:
    return [key.key_id[-1] for key in site.users.keys_of("app")]


def test_old_key_lives_on(site: RotationSite) -> None:
    """After a rotation both keys are good: whoever still has the old one is let in."""
    arn = rotating(site)

    assert site.engine.rotate(arn).ending is Ending.SUCCEEDED

    assert json.loads(site.store.value(arn))["access_key_id"].endswith("2")
    assert key_ids(site) == ["1", "2"]
    assert site.users.marks == {}


def test_next_rotation_takes_the_place_of_the_oldest(site: RotationSite) -> None:
    """The key before last is deleted, and dead, when the next rotation needs its place."""
    arn = rotating(site)
    for _ in range(3):
        assert site.engine.rotate(arn).ending is Ending.SUCCEEDED
        site.clock.advance(30 * DAY)

    assert key_ids(site) == ["3", "4"]


def test_key_in_use_is_not_deleted(site: RotationSite) -> None:
    """While somebody uses the older key a rotation is refused before anything changes."""
    arn = rotating(site)
    site.engine.rotate(arn)
    site.clock.advance(30 * DAY)
    site.users.keys["app"]["AKIA0000000000000001"].last_used_at = site.clock.now()

    outcome = site.engine.rotate(arn)

    assert outcome.failure
    assert outcome.failure.step == "createSecret"
    assert outcome.failure.message.startswith("policy/rotation_policy: the user has no place")
    assert key_ids(site) == ["1", "2"]


def test_deactivated_key_makes_room(site: RotationSite) -> None:
    """A key that a person has deactivated may go, however lately it was used."""
    arn = rotating(site)
    site.engine.rotate(arn)
    site.users.keys["app"]["AKIA0000000000000001"].is_active = False

    assert site.engine.rotate(arn).ending is Ending.SUCCEEDED
    assert key_ids(site) == ["2", "3"]


def test_key_of_an_abandoned_rotation_is_found(site: RotationSite) -> None:
    """The key of a rotation that was given up is deleted by the next one."""
    arn = rotating(site)
    site.users.delay_seconds = 9999
    failed = site.engine.rotate(arn)
    site.engine.abandon(arn)
    site.users.delay_seconds = 0

    assert failed.ending is Ending.FAILED
    assert site.engine.rotate(arn).ending is Ending.SUCCEEDED
    assert key_ids(site) == ["1", "3"]


def test_key_of_a_rotation_that_was_not_published_is_found(site: RotationSite) -> None:
    """A key that was tested, and so used, but never published, is told by its mark."""
    arn = rotating(site)

    def refuse(call: ClientCall) -> None:
        if call.operation == "update_secret_version_stage":
            raise refusal("InternalServiceError", call.operation)

    site.before = refuse
    failed = site.engine.rotate(arn)
    site.engine.abandon(arn)
    site.before = no_fault

    assert failed.ending is Ending.FAILED
    assert site.engine.rotate(arn).ending is Ending.SUCCEEDED
    assert key_ids(site) == ["1", "3"]


def test_new_key_is_waited_for(site: RotationSite) -> None:
    """A key that is not known everywhere yet is asked about again for some seconds."""
    arn = rotating(site)
    site.users.delay_seconds = 9

    outcome = site.engine.rotate(arn)

    assert (outcome.ending, outcome.tries) == (Ending.SUCCEEDED, 1)
    assert site.clock.monotonic() == 10


def test_deleted_key_is_waited_for(site: RotationSite) -> None:
    """A key that was deleted is not left before AWS has stopped to accept it everywhere."""
    arn = rotating(site)
    site.engine.rotate(arn)
    site.clock.advance(30 * DAY)
    first = AwsCredentials("AKIA0000000000000001", Secret("CANARY-secret-1"))
    site.users.dead_after_seconds = 9

    outcome = site.engine.rotate(arn)

    assert (outcome.ending, outcome.tries) == (Ending.SUCCEEDED, 1)
    assert site.users.owner_of(first) is None


def test_deleted_key_must_be_dead(site: RotationSite) -> None:
    """While AWS accepts a key that was deleted, the new one is not published."""
    arn = rotating(site)
    site.engine.rotate(arn)
    site.clock.advance(30 * DAY)
    site.users.dead_after_seconds = 9999

    outcome = site.engine.rotate(arn)

    assert outcome.failure
    assert outcome.failure.step == "testSecret"
    assert outcome.failure.message.startswith("unavailable/rotation_cloud_failure: AWS still")
    assert json.loads(site.store.value(arn))["access_key_id"].endswith("2")


@pytest.mark.parametrize(
    "previous",
    [
        "a bare value",
        '{"user_name": "app"}',
        '{"user_name": "other", "access_key_id": "AKIA", "secret_access_key": "x"}',
    ],
)
def test_previous_value_of_another_kind(site: RotationSite, previous: str) -> None:
    """What the secret was before, be it another user's, does not hinder a rotation."""
    pending = IamAccessKey(site.users, site.clock).create(Secret('{"user_name": "app"}'), DRAFT)
    trial = Trial(TOKEN, MORNING, pending, Secret('{"user_name": "app"}'), Secret(previous))

    IamAccessKey(site.users, site.clock).test(trial)


def test_replaced_key_that_nobody_deleted(site: RotationSite) -> None:
    """A previous key that the user still has, since there was room, may be good."""
    before = site.users.create_key("app")
    previous = with_key(Secret('{"user_name": "app"}'), before)
    pending = IamAccessKey(site.users, site.clock).create(Secret('{"user_name": "app"}'), DRAFT)

    IamAccessKey(site.users, site.clock).test(
        Trial(TOKEN, MORNING, pending, Secret('{"user_name": "app"}'), previous)
    )


def test_refused_key_is_a_matter_of_authentication(site: RotationSite) -> None:
    """A current key that AWS does not accept fails the preflight with that kind."""
    document = '{"user_name": "app", "access_key_id": "AKIAGONE", "secret_access_key": "x"}'

    with pytest.raises(CloudFailureError) as caught:
        IamAccessKey(site.users, site.clock).preflight(Secret(document), DRAFT)

    assert caught.value.kind is FailureKind.AUTHENTICATION


def test_key_of_another_user(site: RotationSite) -> None:
    """A key that belongs to another user than the secret says is refused."""
    made = site.users.create_key("other")
    document = {
        "user_name": "app",
        "access_key_id": made.access_key_id,
        "secret_access_key": made.secret_access_key.reveal(),
    }

    with pytest.raises(RotationPolicyError, match="another user"):
        IamAccessKey(site.users, site.clock).preflight(Secret(json.dumps(document)), DRAFT)


def test_pending_value_is_for_the_same_user(site: RotationSite) -> None:
    """A pending value that names another user than the current one is not tested at all."""
    strategy = IamAccessKey(site.users, site.clock)
    pending = strategy.create(Secret('{"user_name": "admin"}'), DRAFT)
    current = Secret('{"user_name": "app"}')

    with pytest.raises(SecretSchemaError):
        strategy.test(Trial(TOKEN, MORNING, pending, current, None))


@pytest.mark.parametrize(
    "document",
    [
        "{}",
        '{"user_name": ""}',
        '{"user_name": "a/b"}',
        '{"user_name": "app", "access_key_id": "AKIA"}',
        '{"user_name": "app", "secret_access_key": "x"}',
        '{"user_name": "app", "host": "x"}',
        '{"user_name": "app", "policy": {"old_key_unused_hours": -1}}',
        '{"user_name": "app", "policy": {"novelty": 1}}',
        '{"user_name": "app", "strategy": "generated"}',
    ],
)
def test_other_documents_are_refused(site: RotationSite, document: str) -> None:
    """A document with half a key, or anything unknown, is refused."""
    with pytest.raises(InvalidDocumentError):
        IamAccessKey(site.users, site.clock).preflight(Secret(document), DRAFT)


def test_secret_without_a_value(site: RotationSite) -> None:
    """Without a value nobody knows whose key to make."""
    with pytest.raises(SecretSchemaError, match="no value"):
        IamAccessKey(site.users, site.clock).preflight(None, DRAFT)


QUIET_SINCE = MORNING - timedelta(hours=24)


def key(key_id: str, *, used: datetime | None = MORNING, active: bool = True) -> UserKey:
    return UserKey(key_id, active, used)


@pytest.mark.parametrize(
    ("keys", "unfinished", "superfluous"),
    [
        ([], "", None),
        ([key("current")], "", None),
        ([key("current")], "current", None),
        ([key("other")], "", None),
        ([key("other")], "other", "other"),
        ([key("current"), key("other")], "other", "other"),
        ([key("current"), key("other", used=None)], "", "other"),
        ([key("other", active=False), key("current")], "", "other"),
        ([key("other", used=QUIET_SINCE - timedelta(seconds=1)), key("current")], "", "other"),
        ([key("one"), key("two", used=None)], "", "two"),
    ],
)
def test_which_key_has_to_go(keys: list[UserKey], unfinished: str, superfluous: str | None) -> None:
    """An unfinished key goes always; another goes when its place is needed and nobody uses it."""
    found = superfluous_key(keys, current="current", unfinished=unfinished, quiet_since=QUIET_SINCE)

    assert (found.key_id if found else None) == superfluous


@pytest.mark.parametrize("used", [QUIET_SINCE, MORNING])
def test_current_key_never_goes(used: datetime) -> None:
    """With both places in use the rotation is refused; the current key is no candidate."""
    keys = [key("current", used=None, active=False), key("other", used=used)]

    with pytest.raises(RotationPolicyError):
        superfluous_key(keys, current="current", unfinished="current", quiet_since=QUIET_SINCE)
