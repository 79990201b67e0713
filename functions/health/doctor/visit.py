"""One look at an installation with the caller's own rights, from the door to the last check."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from health.checking.runner import CheckRunner
from health.dependencies.check import DependencyCheck, assessments_in, looks_of
from health.dependencies.registry import all_checks
from health.doctor import prescriptions
from health.doctor.entrance import try_entrance
from health.doctor.groundwork import Groundwork, Surveyor
from health.doctor.places import Patient
from health.doctor.refusals import CallersAws
from health.findings.assessment import Assessment
from health.findings.verdict import verdict_of, worst_first
from health.report.report import Report
from health.wiring import site_of
from hoist.clock import Clock

if TYPE_CHECKING:
    from hoist.cli.progress import ConsoleProgress

# A person waits for it, and a laptop is farther away than a function.
BUDGET_SECONDS = 30.0
# What can be checked as soon as there is a bootstrap.
_OF_THE_STATE = frozenset({"state_bucket", "state_key", "state_table"})


class Visit:
    """Each step is made only if the one before it has opened the way."""

    def __init__(
        self, patient: Patient, aws: CallersAws, *, clock: Clock, progress: "ConsoleProgress"
    ) -> None:
        self._patient = patient
        self._aws = aws
        self._clock = clock
        self._progress = progress

    def look(self) -> Report:
        """A report, whatever is missing."""
        assessments = tuple(self._assessments())
        found = [finding for each in assessments for finding in each.findings]
        return Report(
            installation=self._patient.installation,
            at=self._clock.now(),
            verdict=verdict_of(assessments, found),
            assessments=assessments,
            findings=worst_first(found),
        )

    def _assessments(self) -> Sequence[Assessment]:
        region = self._aws.region
        if not region:
            return [prescriptions.no_region()]
        with self._progress.task(f"Asking AWS in {region} who you are"):
            entrance = try_entrance(self._aws.looked_at("sts"), self._clock)
        if not entrance.is_open:
            return entrance.assessments
        with self._progress.task(f"Looking for {self._patient.installation}"):
            groundwork = self._surveyed(region)
        checked = self._checked(groundwork)
        rights = self._rights(entrance.principal)
        return [*entrance.assessments, *groundwork.assessments, *checked, *rights]

    def _surveyed(self, region: str) -> Groundwork:
        stacks, functions = self._aws.looked_at("cloudformation"), self._aws.looked_at("lambda")
        surveyor = Surveyor(self._patient, stacks=stacks, functions=functions, region=region)
        return surveyor.survey()

    def _checked(self, groundwork: Groundwork) -> Sequence[Assessment]:
        if groundwork.settings is None:
            return []
        checks = self._checks(groundwork)
        runner = CheckRunner(clock=self._clock)
        with self._progress.task(f"Making {len(checks)} checks"):
            outcomes = runner.run(checks, budget_seconds=BUDGET_SECONDS)
        return assessments_in(looks_of(checks, outcomes))

    def _checks(self, groundwork: Groundwork) -> Sequence[DependencyCheck]:
        if groundwork.settings is None:
            return []
        checks = all_checks(site_of(groundwork.settings, self._aws, self._clock))
        if groundwork.is_deployed:
            return checks
        return [check for check in checks if check.name in _OF_THE_STATE]

    def _rights(self, principal: str) -> Sequence[Assessment]:
        refused = self._aws.refused
        return [prescriptions.rights_missing(principal, refused)] if refused else []
