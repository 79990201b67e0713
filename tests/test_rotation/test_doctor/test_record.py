"""What a store tells of a secret."""

from datetime import timedelta
from pathlib import Path
from typing import Any, cast

import pytest

from doctor_site import DoctorSite
from hoist.secrets.client import SecretsClient
from rotation.doctor.errors import SecretMissingError
from rotation.doctor.record import read_names, read_record
from rotation.steps import Stage
from rotation_site import MORNING


class InSmallPages:
    """A store whose lists come one entry at a time."""

    def __init__(self, store: Any) -> None:
        self._store = store

    def __getattr__(self, name: str) -> Any:
        operate = getattr(self._store, name)
        if not name.startswith("list_"):
            return operate
        return lambda **request: operate(**request, MaxResults=1)


@pytest.fixture
def site(tmp_path: Path) -> DoctorSite:
    return DoctorSite(tmp_path)


def in_small_pages(site: DoctorSite) -> SecretsClient:
    return cast(SecretsClient, InSmallPages(site.store))


def test_names_of_all_pages(site: DoctorSite) -> None:
    """Secrets are listed to the last page, in order."""
    for name in ("b", "c", "a"):
        site.secret(name, "value")

    assert read_names(in_small_pages(site)) == ["a", "b", "c"]


def test_versions_of_all_pages(site: DoctorSite) -> None:
    """Versions come youngest first, an empty one before all; those without a label on request."""
    site.secret("a", "1")
    for value in ("2", "3", "4"):
        site.clock.advance(60)
        site.store.put_secret_value(SecretId="a", SecretString=value)
    site.begin_rotation("a")

    record = read_record(in_small_pages(site), "a")
    with_old = read_record(in_small_pages(site), "a", with_old=True)

    labels = [set(version.labels) for version in record.versions]
    assert labels == [{"AWSPENDING"}, {"AWSCURRENT"}, {"AWSPREVIOUS"}]
    assert [bool(version.labels) for version in with_old.versions] == [
        True,
        True,
        True,
        False,
        False,
    ]
    assert record.versions[0].created_at is None
    assert record.rotated_at == MORNING + timedelta(minutes=3)


def test_secret_is_seen_as_the_function_sees_it(site: DoctorSite) -> None:
    """Labels and tags are those that the rotation function decides by."""
    site.secret("a", "1", "generated")
    pending = site.begin_rotation("a")

    facts = read_record(site.store, "a").facts

    assert facts.version_with(Stage.PENDING) == pending
    assert (facts.rotation_enabled, facts.tags) == (True, {"hoist:rotation-strategy": "generated"})


def test_missing_secret(site: DoctorSite) -> None:
    """A secret that is not there is named."""
    with pytest.raises(SecretMissingError, match="there is no secret 'a'"):
        read_record(site.store, "a")
