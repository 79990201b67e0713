"""A new file in checks/ is a new check."""

import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from health import checks
from health.checking.runner import CheckRunner
from health.dependencies.check import assessments_in, looks_of
from health.dependencies.registry import SELDOM, all_checks, makers, minutely_checks, seldom_checks
from health.dependencies.site import Site
from health.findings.assessment import Status
from health_sites import HealthSite, moto_site
from hoist.clock import SystemClock

pytestmark = pytest.mark.thorough


def test_each_file_is_a_check() -> None:
    """There are as many checks as files, each name is one check's alone, and each is made either
    each minute or seldom.
    """
    folder = Path(checks.__path__[0])
    files = {path.stem for path in folder.glob("*.py")} - {"__init__"}

    with moto_site() as site:
        found = all_checks(site.site)
        minutely = {check.name for check in minutely_checks(site.site)}
        seldom = {check.name for check in seldom_checks(site.site)}

    assert set(makers()) == files
    assert {check.name for check in found} == files
    assert minutely | seldom == files
    assert seldom == SELDOM
    assert not minutely & seldom


def test_all_checks_together_find_a_healthy_installation_well() -> None:
    """All checks in one round, as the function runs them: everything is known and well."""
    with moto_site() as site:
        found = all_checks(site.site)
        outcomes = CheckRunner(clock=SystemClock()).run(found, budget_seconds=60)
        assessments = assessments_in(looks_of(found, outcomes))

    assert {each.status for each in assessments} == {Status.PASS}


def test_check_without_an_answer_makes_its_subject_unknown() -> None:
    """What could not be looked at is unknown by name, and nothing else is."""
    with moto_site() as site:
        found = all_checks(site.site)
        site.client("dynamodb").delete_table(TableName=site.places.runs_table)
        outcomes = CheckRunner(clock=SystemClock()).run(found, budget_seconds=60)
        unknown = [
            each
            for each in assessments_in(looks_of(found, outcomes))
            if each.status is Status.UNKNOWN
        ]

    assert [(each.rule, each.subject.name) for each in unknown] == [
        ("stuck_runs", site.places.runs_table)
    ]
    assert "does not exist" in unknown[0].unknown_because


@dataclass
class ClientsInTrouble:
    """A site's clients; one service never answers, another fails as nobody has thought of."""

    site: HealthSite
    silent: str
    broken: str
    released: threading.Event = field(default_factory=threading.Event)

    def looked_at(self, service: str) -> Any:
        if service == self.silent:
            return _Answering(self.released.wait)
        if service == self.broken:
            return _Answering(_break)
        return self.site.client(service)


@dataclass(frozen=True)
class _Answering:
    """A client whose every call is this one."""

    call: Any

    def __getattr__(self, name: str) -> Any:
        return lambda *_, **__: self.call()


def _break() -> None:
    raise RuntimeError


@pytest.mark.thorough
def test_silent_and_broken_services_hide_no_other() -> None:
    """With all checks together, what does not answer in time, and what breaks, is unknown by its
    own name; what is wrong elsewhere is told.
    """
    with moto_site() as site:
        site.client("s3").delete_bucket_encryption(Bucket=site.places.artifacts_bucket)
        clients = ClientsInTrouble(site, silent="lambda", broken="acm")
        found = all_checks(Site(site.places, clients, site.clock))
        outcomes = CheckRunner(clock=SystemClock()).run(found, budget_seconds=20)
        assessments = assessments_in(looks_of(found, outcomes))
        clients.released.set()

    unknown = {each.rule: each.unknown_because for each in assessments if each.unknown_because}
    assert set(unknown) == {"certificates", "deployed_code", "runtimes"}
    assert unknown["certificates"] == "a fault in it: RuntimeError"
    assert unknown["runtimes"] == "no answer within 20 s"
    findings = [finding.id for each in assessments for finding in each.findings]
    assert findings == ["artifacts_bucket.encryption"]
