"""A new file in checks/ is a new check."""

from pathlib import Path

from health import checks
from health.checking.runner import CheckRunner
from health.dependencies.check import assessments_of
from health.dependencies.registry import all_checks, makers
from health.dependencies.site import Site
from health.findings.assessment import Status
from health_sites import moto_site
from hoist.clock import SystemClock


def test_each_file_is_a_check() -> None:
    """There are as many checks as files, and each name is one check's alone."""
    folder = Path(checks.__path__[0])
    files = {path.stem for path in folder.glob("*.py")} - {"__init__"}

    with moto_site() as site:
        found = all_checks(Site(site.places, site.clients, site.clock))

    assert len(makers()) == len(files)
    assert {check.name for check in found} == files


def test_all_checks_together_find_a_healthy_installation_well() -> None:
    """All checks in one round, as the function runs them: everything is known and well."""
    with moto_site() as site:
        found = all_checks(Site(site.places, site.clients, site.clock))
        outcomes = CheckRunner(clock=SystemClock()).run(found, budget_seconds=60)
        assessments = assessments_of(found, outcomes)

    assert {each.status for each in assessments} == {Status.PASS}


def test_check_without_an_answer_makes_its_subject_unknown() -> None:
    """What could not be looked at is unknown by name, and nothing else is."""
    with moto_site() as site:
        found = all_checks(Site(site.places, site.clients, site.clock))
        site.client("dynamodb").delete_table(TableName=site.places.runs_table)
        outcomes = CheckRunner(clock=SystemClock()).run(found, budget_seconds=60)
        unknown = [
            each for each in assessments_of(found, outcomes) if each.status is Status.UNKNOWN
        ]

    assert [(each.rule, each.subject.name) for each in unknown] == [
        ("stuck_runs", site.places.runs_table)
    ]
    assert "does not exist" in unknown[0].unknown_because
