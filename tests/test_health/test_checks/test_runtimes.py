"""Runtimes against the table of their ends."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from health.checks.runtimes import SOON
from health.dependencies.installation import functions_of
from health.dependencies.runtime_ends import RUNTIME_ENDS
from health.findings.assessment import Status
from health.findings.finding import Severity
from health_functions import RUNTIME
from health_sites import HealthSite, moto_site
from hoist.clock import FixedClock

CHECK = "runtimes"
ENDS_AT = RUNTIME_ENDS[RUNTIME]


@pytest.fixture(scope="module")
def site() -> Iterator[HealthSite]:
    with moto_site() as made:
        yield made


@pytest.mark.parametrize(
    ("before", "found", "severity"),
    [
        (SOON, {"runtimes.ending"}, Severity.WARN),
        (timedelta(0), {"runtimes.ending"}, Severity.WARN),
        (-timedelta(days=1), {"runtimes.ended"}, Severity.FAIL),
    ],
)
def test_end_of_a_runtime_is_found(
    site: HealthSite, before: timedelta, found: set[str], severity: Severity
) -> None:
    """Half a year before its end it is a warning for each function, after it a failure."""
    findings = replace(site, clock=FixedClock(ENDS_AT - before)).findings(CHECK)

    assert {finding.id for finding in findings} == found
    assert {finding.severity for finding in findings} == {severity}
    assert len(findings) == len(functions_of(site.places.installation))


def test_runtime_is_well_before_that(site: HealthSite) -> None:
    """Until half a year before its end nobody needs to do anything."""
    clock = FixedClock(ENDS_AT - SOON - timedelta(seconds=1))

    assert {each.status for each in replace(site, clock=clock).look(CHECK)} == {Status.PASS}


def test_runtime_without_a_known_end_is_unknown(site: HealthSite) -> None:
    """A runtime that the table does not have is unknown, and never well."""
    name = functions_of(site.places.installation)[0]
    client = site.client("lambda")
    client.update_function_configuration(FunctionName=name, Runtime="python3.10")
    try:
        unknown = [each for each in site.look(CHECK) if each.status is Status.UNKNOWN]
    finally:
        client.update_function_configuration(FunctionName=name, Runtime=RUNTIME)

    assert [each.subject.name for each in unknown] == [name]
    assert "python3.10" in unknown[0].unknown_because


def test_runtime_of_infra_has_a_known_end() -> None:
    """What infra deploys is in the table, on AWS and on the emulator."""
    from components.function_code import EMULATED_RUNTIME
    from components.runtime import RUNTIME as OURS

    assert {OURS, EMULATED_RUNTIME} <= set(RUNTIME_ENDS)
