"""What is gathered of secrets."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, cast

import pytest
from botocore.exceptions import ClientError

from doctor_site import DoctorSite
from hoist.secrets.client import SecretsClient
from rotation import wiring
from rotation.doctor.errors import SecretsDeniedError, SecretsUnavailableError
from rotation.doctor.examination import Examiner
from rotation.doctor.log import LogEntry
from rotation.settings import RotationSettings


class Guarded:
    """A store that refuses to give the values of some secrets."""

    def __init__(self, store: Any, code: str, *names: str) -> None:
        self._store = store
        self._code = code
        self._names = names

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    def get_secret_value(self, **request: Any) -> Any:
        if any(name in request["SecretId"] for name in self._names):
            error: Any = {"Error": {"Code": self._code, "Message": "CANARY-in-text"}}
            raise ClientError(error, "GetSecretValue")
        return self._store.get_secret_value(**request)


class NoLog:
    def entries(self, arn: str) -> Sequence[LogEntry]:
        return ()


class ClosedLog:
    def entries(self, arn: str) -> Sequence[LogEntry]:
        raise SecretsDeniedError("LookupEvents ended with AccessDeniedException")


def examiner(site: DoctorSite, client: object, log: Any) -> Examiner:
    return Examiner(
        client=cast(SecretsClient, client),
        log=log,
        strategies=wiring.strategies(RotationSettings(), site.clock),
        probes={},
        clock=site.clock,
    )


@pytest.fixture
def site(tmp_path: Path) -> DoctorSite:
    made = DoctorSite(tmp_path)
    for name in ("a", "b", "c"):
        made.secret(f"app/{name}", "CANARY-value", "generated")
    return made


def test_secret_that_may_not_be_read_hides_no_other(site: DoctorSite) -> None:
    """One that is denied is named with its reason; the others are examined."""
    guarded = Guarded(site.store, "AccessDeniedException", "app/b")

    cases, refused = examiner(site, guarded, NoLog()).ask_all()

    assert [case.record.name for case in cases] == ["app/a", "app/c"]
    assert {name: type(error) for name, error in refused.items()} == {"app/b": SecretsDeniedError}


def test_store_that_is_away(site: DoctorSite) -> None:
    """When nobody answers it is not asked again for each secret."""
    guarded = Guarded(site.store, "ServiceUnavailable", "app/a")

    with pytest.raises(SecretsUnavailableError):
        examiner(site, guarded, NoLog()).ask_all()


def test_log_that_may_not_be_read(site: DoctorSite) -> None:
    """Labels and targets are looked at all the same, and that there was no log is told."""
    case = examiner(site, site.store, ClosedLog()).look("app/a")

    assert (case.failure, case.log_fault) == (
        None,
        "LookupEvents ended with AccessDeniedException",
    )
