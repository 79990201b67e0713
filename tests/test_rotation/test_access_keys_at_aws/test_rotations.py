"""Rotations of access keys where IAM is not ours."""

import json

import pytest

from hoist.rotation_engine.outcomes import Ending
from rotation.strategies.iam_access_key import KEYS_PER_USER
from rotation_crashes import Death, Fate, Killed
from rotation_iam_site import IamSite

pytestmark = pytest.mark.thorough

DAY = 24 * 3600
EFFECTS = {
    "create_key",
    "delete_key",
    "mark_finished",
    "mark_unfinished",
    "put_secret_value",
    "update_secret_version_stage",
}


def test_old_key_lives_on(site: IamSite) -> None:
    """After a rotation both keys act as the user: whoever still has the old one is let in."""
    arn = site.rotating()

    assert site.engine.rotate(arn).failure is None

    values = site.store.value(arn), site.store.value(arn, "AWSPREVIOUS")
    assert all(map(site.lets_in, values))
    assert site.key_ids() == sorted([site.key_id(arn), site.key_id(arn, "AWSPREVIOUS")])
    assert site.keys.unfinished_key(site.user) == ""


def test_oldest_key_is_deleted_a_rotation_later(site: IamSite) -> None:
    """The next rotation deletes the key before last, and no other: two are live at a time."""
    arn = site.rotating()
    for _ in range(3):
        before = site.key_id(arn)
        site.clock.advance(2 * DAY)

        assert site.engine.rotate(arn).failure is None

        assert site.key_ids() == sorted([before, site.key_id(arn)])


def test_user_without_a_key(site: IamSite) -> None:
    """The first rotation makes the first key."""
    arn = site.secret(json.dumps({"user_name": site.user}), strategy="iam-access-key")

    assert site.engine.rotate(arn).failure is None

    assert site.key_ids() == [site.key_id(arn)]
    assert site.lets_in(site.store.value(arn))


def test_key_in_use_is_not_deleted(site: IamSite) -> None:
    """While somebody uses the older key a rotation is refused before anything changes."""
    arn = site.rotating()
    assert site.engine.rotate(arn).failure is None
    assert site.lets_in(site.store.value(arn, "AWSPREVIOUS"))
    before = site.key_ids()

    outcome = site.engine.rotate(arn)

    assert outcome.failure
    assert outcome.failure.step == "createSecret"
    assert outcome.failure.message.startswith("policy/rotation_policy: the user has no place")
    assert site.key_ids() == before


def test_deactivated_key_makes_room(site: IamSite) -> None:
    """A key that a person has deactivated may go, however lately it was used."""
    arn = site.rotating()
    assert site.engine.rotate(arn).failure is None
    older = site.key_id(arn, "AWSPREVIOUS")
    site.iam.update_access_key(UserName=site.user, AccessKeyId=older, Status="Inactive")

    assert site.engine.rotate(arn).failure is None
    assert older not in site.key_ids()


def test_orphan_is_found(site: IamSite) -> None:
    """A key that a try has made and could not store goes with the next one."""
    arn = site.rotating()
    orphan = site.keys.create_key(site.user).access_key_id
    site.keys.mark_unfinished(site.user, orphan)

    assert site.engine.rotate(arn).failure is None
    assert orphan not in site.key_ids()


def test_key_of_another_user(site: IamSite) -> None:
    """A secret whose key acts as somebody else is refused, and no key is made for its user."""
    other = IamSite(aws=site.aws)
    arn = site.secret(other.document(user_name=site.user), strategy="iam-access-key")

    outcome = site.engine.rotate(arn)

    assert outcome.failure
    assert outcome.failure.message.startswith("policy/rotation_policy: the key belongs to another")
    assert site.key_ids() == []


def test_user_that_does_not_exist(site: IamSite) -> None:
    """A user whom IAM does not know is told in the preflight."""
    arn = site.secret('{"user_name": "nobody"}', strategy="iam-access-key")

    outcome = site.engine.rotate(arn)

    assert outcome.failure
    assert outcome.failure.step == "createSecret"
    assert "NoSuchEntity" in outcome.failure.message


def test_test_only_mode_makes_no_key(site: IamSite) -> None:
    """Whether a rotation would work is found out without a key being made or deleted."""
    arn = site.rotating()
    before = site.key_ids()

    assert site.engine.test(arn).ending is Ending.SUCCEEDED
    assert site.key_ids() == before


def test_killed_after_each_effect(site: IamSite) -> None:
    """Killed after whatever store or IAM has done, a rotation ends well in one go; the current key
    acts as the user throughout, and no third key is ever there."""
    arn = site.rotating()
    for _ in range(2):
        site.calls.clear()
        assert site.engine.rotate(arn).failure is None
        site.clock.advance(2 * DAY)
    deaths = [number for number, call in enumerate(site.calls, start=1) if call in EFFECTS]
    assert {site.calls[number - 1] for number in deaths} == EFFECTS

    for number in deaths:
        fate = Fate(site, death=Death(number, is_after=True))
        with pytest.raises(Killed):
            site.engine.rotate(arn)
        assert fate.death is None
        assert site.lets_in(site.store.value(arn))
        assert len(site.key_ids()) <= KEYS_PER_USER

        assert site.engine.resume(arn).failure is None
        assert len(site.key_ids()) == KEYS_PER_USER
        assert site.keys.unfinished_key(site.user) == ""
        site.clock.advance(2 * DAY)
