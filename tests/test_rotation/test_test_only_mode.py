"""RotateImmediately=false: whether a rotation would work, found out without one."""

import pytest

from hoist.rotation_engine.outcomes import Ending
from rotation_probes import SCENARIOS, USER
from rotation_site import RotationSite


def started(scenario: str, value: str | None = None) -> tuple[RotationSite, str]:
    name, old, probe = SCENARIOS[scenario]
    site = RotationSite()
    probe(site, old)
    return site, site.secret(value or old, strategy=name)


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_nothing_is_changed(scenario: str) -> None:
    """A secret that could be rotated passes; no value is stored, no key made and none deleted."""
    site, arn = started(scenario)
    versions = dict(site.store.secrets["app/key"].versions)
    keys = site.users.keys_of(USER)

    assert site.engine.test(arn).ending is Ending.SUCCEEDED

    assert site.store.secrets["app/key"].versions == versions
    assert [key.key_id for key in site.users.keys_of(USER)] == [key.key_id for key in keys]
    assert "put_secret_value" not in site.calls


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_what_would_fail_is_told_alike(scenario: str) -> None:
    """A secret that could not be rotated fails with the words that the rotation would fail with."""
    value = '{"value": "old", "unknown": 1}'
    tested, arn = started(scenario, value)
    told = tested.engine.test(arn).failure
    rotated, arn = started(scenario, value)
    refused = rotated.engine.rotate(arn).failure

    assert told
    assert refused
    assert (told.step, refused.step) == ("testSecret", "createSecret")
    assert told.message == refused.message
