"""Rotations that start by themselves."""

import pytest

from hoist.rotation_engine.outcomes import Ending
from hoist.rotation_engine.scheduler import Scheduler
from rotation.errors import RotationPolicyError
from rotation_site import RotationSite

DAY = 24 * 3600


@pytest.fixture
def site() -> RotationSite:
    return RotationSite()


def scheduled(site: RotationSite) -> tuple[str, Scheduler]:
    """A secret that rotates every ten days."""
    arn = site.secret()
    secret = site.store.secrets["app/key"]
    secret.is_enabled, secret.rules = True, {"AutomaticallyAfterDays": 10}
    return arn, Scheduler(client=site.store, engine=site.engine, clock=site.clock)


def test_secret_rotates_when_it_is_due(site: RotationSite) -> None:
    """Before its window nothing happens; in it the secret rotates, once."""
    arn, scheduler = scheduled(site)
    rotated_after = []
    for days in range(25):
        if scheduler.rotate_if_due(arn):
            rotated_after.append(days)
        site.clock.advance(DAY)

    assert rotated_after == [10, 20]


def test_value_stored_by_hand_counts(site: RotationSite) -> None:
    """A value that somebody stored starts the ten days anew."""
    arn, scheduler = scheduled(site)
    site.clock.advance(9 * DAY)
    site.store.put_secret_value(SecretId=arn, ClientRequestToken="h" * 32, SecretString="new")
    site.clock.advance(DAY)

    assert scheduler.rotate_if_due(arn) is None


def test_open_rotation_goes_on(site: RotationSite) -> None:
    """A rotation that failed is tried again in its window instead of a second one."""
    arn, scheduler = scheduled(site)
    site.clock.advance(10 * DAY)
    site.strategy.failing["set"] = RotationPolicyError("refused")
    failed = scheduler.rotate_if_due(arn)
    site.strategy.failing.clear()

    outcome = scheduler.rotate_if_due(arn)

    assert failed
    assert outcome
    assert (outcome.ending, outcome.token) == (Ending.SUCCEEDED, failed.token)


@pytest.mark.parametrize("enabled", [None, False])
def test_rotation_that_is_off(site: RotationSite, enabled: bool | None) -> None:
    """A secret whose rotation is off, or was never set, has no window."""
    arn, scheduler = scheduled(site)
    site.store.secrets["app/key"].is_enabled = enabled
    site.clock.advance(100 * DAY)

    assert scheduler.next_window(arn) is None
    assert scheduler.rotate_if_due(arn) is None
