"""Runtimes that AWS will soon stop mending, or does not mend any more."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from health.dependencies.deployed_function import ACTION, DeployedFunction, describe_function
from health.dependencies.errors import DependencyAbsentError, LookError
from health.dependencies.installation import functions_of
from health.dependencies.runtime_ends import RUNTIME_ENDS, SOURCE
from health.dependencies.site import Site
from health.findings.assessment import Assessment, Observed, is_unknown, is_well
from health.findings.finding import (
    Action,
    ActionKind,
    Cause,
    Confidence,
    Evidence,
    Finding,
    Severity,
    Subject,
    SubjectKind,
)
from hoist.clock import Clock

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient

# A new version of Python is not tried in a week.
SOON = timedelta(days=180)
IMAGE = "image"


@dataclass(frozen=True, slots=True, kw_only=True)
class Runtimes:
    """Looks at every function that infra gives a runtime."""

    installation: str
    client: "LambdaClient"
    clock: Clock
    name: str = "runtimes"

    @property
    def subject(self) -> Subject:
        return Subject(SubjectKind.INSTALLATION, self.installation)

    def look(self) -> Sequence[Assessment]:
        return [
            assessment
            for name in functions_of(self.installation)
            for assessment in self._assessments(name)
        ]

    def _assessments(self, name: str) -> Iterator[Assessment]:
        """Nothing about a function that is not there: another check tells that."""
        subject = Subject(SubjectKind.FUNCTION, name)
        try:
            function = describe_function(self.client, name)
        except DependencyAbsentError:
            return
        except LookError as error:
            yield is_unknown(self.name, subject, error.message)
            return
        yield self._assessment(function, subject)

    def _assessment(self, function: DeployedFunction, subject: Subject) -> Assessment:
        if not function.runtime:
            # Its interpreter is part of the image, which is built anew for each release.
            return is_well(self.name, subject, Observed(IMAGE))
        ends_at = RUNTIME_ENDS.get(function.runtime)
        if ends_at is None:
            because = f"no end is known of the runtime {function.runtime}"
            return is_unknown(self.name, subject, because)
        if self.clock.now() < ends_at - SOON:
            return is_well(self.name, subject, Observed(function.runtime))
        return Assessment(
            rule=self.name,
            subject=subject,
            observed=Observed(function.runtime),
            findings=(self._finding(function, subject, ends_at),),
        )

    def _finding(self, function: DeployedFunction, subject: Subject, ends_at: datetime) -> Finding:
        days_left = (ends_at - self.clock.now()) // timedelta(days=1)
        is_over = days_left < 0
        return Finding(
            id=f"{self.name}.{'ended' if is_over else 'ending'}",
            severity=Severity.FAIL if is_over else Severity.WARN,
            subject=subject,
            title=f"AWS {'stopped' if is_over else 'stops'} mending {function.runtime} on "
            f"{ends_at:%Y-%m-%d}",
            evidence=Evidence(
                source=ACTION,
                metric=f"time until the end of {function.runtime}",
                value=float(days_left),
                threshold=float(SOON.days),
                unit="days",
                query=f"{function.query} --query Configuration.Runtime",
            ),
            impact="faults of the interpreter stay open, and soon the function cannot be updated",
            cause=Cause(f"its time is up, by {SOURCE}", Confidence.HIGH),
            action=Action(
                kind=ActionKind.LOOK,
                command=f"{function.query} --query Configuration.Runtime",
                effect="shows the runtime; a later one is tried with `make test`, then deployed",
                setting="infra/components/runtime.py",
            ),
        )


def make(site: Site) -> Runtimes:
    return Runtimes(
        installation=site.places.installation,
        client=site.clients.looked_at("lambda"),
        clock=site.clock,
    )
