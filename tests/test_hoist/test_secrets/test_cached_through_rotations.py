"""Twenty clients through rotations: no request fails, whatever point of the rotation it meets."""

import json
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest

from doctor_clients import CLIENTS, ClientSite, Fleet
from hoist.aws import AwsCredentials
from hoist.key_sets import KeySet
from hoist.rotation_engine.outcomes import Ending
from hoist.secret import Secret
from hoist.secrets.cached import Cached
from hoist.strict_json import json_fields
from rotation import wiring
from rotation.choice import StrategyMakers
from rotation.settings import RotationSettings
from rotation.steps import Stage
from rotation.strategies.generated import GeneratedValue
from rotation.strategies.iam_access_key import IamAccessKey
from rotation.strategies.signing_keys import SigningKeys
from rotation_tokens import is_accepted, issue
from rotation_users import InMemoryUserKeys

pytestmark = pytest.mark.thorough

USER = "app"


@pytest.fixture
def site(tmp_path: Path) -> ClientSite:
    return ClientSite(tmp_path)


class RequestFailedError(Exception):
    """The other side does not take what it was sent."""


def strategies(site: ClientSite) -> StrategyMakers:
    return wiring.strategies(RotationSettings(), site.clock)


def values_of(fleet: Fleet) -> set[Secret]:
    return {cache.value() for cache in fleet.caches}


def test_generated_value(site: ClientSite) -> None:
    """Who shows the value to somebody that knows the present one and the one before is let in."""
    arn = site.secret("old", "generated")

    def request(cache: Cached, others: Sequence[Cached]) -> None:
        known = {site.value(arn, Stage.PREVIOUS), site.value(arn, Stage.CURRENT)}
        if cache.value() not in known:
            raise RequestFailedError

    with site.fleet(arn, request, fallbacks=GeneratedValue.traits.fallbacks) as fleet:
        for _ in range(2):
            fleet.rotate(site, site.engine(strategies(site), fleet.hear), arn)

        assert fleet.failures == []
        assert fleet.sent > 2 * CLIENTS * 20
        # The event has reached all of them: nobody waits until the value is too old.
        assert values_of(fleet) == {site.value(arn, Stage.CURRENT)}


def test_signing_keys(site: ClientSite) -> None:
    """A token that one process signs is good in every other one, through three rotations."""
    arn = site.secret('{"keys": []}', "signing-keys")
    engine = site.engine(strategies(site), lambda event: None)
    assert engine.rotate(arn).ending is Ending.SUCCEEDED

    def request(cache: Cached, others: Sequence[Cached]) -> None:
        now = site.clock.now()
        token = issue(KeySet.read(cache.value()), now=now, lifetime=timedelta(hours=1))
        # Nobody hears of events: a cache may be as old as it can become.
        for other in others:
            if not is_accepted(KeySet.read(other.value()), token, now=now):
                raise RequestFailedError

    with site.fleet(arn, request, fallbacks=SigningKeys.traits.fallbacks) as fleet:
        for _ in range(3):
            fleet.rotate(site, engine, arn)
            for _ in range(10):
                site.clock.advance(timedelta(minutes=12).total_seconds())
                fleet.wave()

        assert fleet.failures == []


def test_access_keys(site: ClientSite) -> None:
    """A key that was read before the rotation is good until the next one: nobody is refused."""
    users = InMemoryUserKeys(site.clock)
    first = users.create_key(USER)
    document = {
        "user_name": USER,
        "access_key_id": first.access_key_id,
        "secret_access_key": first.secret_access_key.reveal(),
    }
    arn = site.secret(json.dumps(document), "iam-access-key")
    makers = {**strategies(site), "iam-access-key": lambda: IamAccessKey(users, site.clock)}

    def request(cache: Cached, others: Sequence[Cached]) -> None:
        fields = json_fields(cache.value(), "the value")
        key_id, secret = fields.text("access_key_id"), fields.secret("secret_access_key")
        if users.owner_of(AwsCredentials(key_id, secret)) != USER:
            raise RequestFailedError

    with site.fleet(arn, request, fallbacks=IamAccessKey.traits.fallbacks) as fleet:
        for _ in range(2):
            fleet.rotate(site, site.engine(makers, fleet.hear), arn)
            # The replaced key has to have been out of use for a day before it may go.
            site.clock.advance(timedelta(days=2).total_seconds())

        assert fleet.failures == []
