"""The queue of doorbells: there, patient enough, and with a place for dead letters.

How long messages wait in it is told by its metrics.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from shlex import quote
from typing import TYPE_CHECKING

from health.dependencies.absence import is_absent, with_presence
from health.dependencies.answers import aws_answers
from health.dependencies.errors import DependencyAbsentError
from health.dependencies.requirement import Requirement, assess
from health.dependencies.site import Site
from health.findings.assessment import Assessment
from health.findings.finding import Severity, Subject, SubjectKind

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

ACTION = "sqs:GetQueueAttributes"
SETTING = "infra/components/doorbell.py"
# As long as a worker may run, which is the longest that Lambda allows.
VISIBILITY_SECONDS = "900"


@dataclass(frozen=True, slots=True, kw_only=True)
class DoorbellCheck:
    """The settings that runs rely on."""

    url: str
    client: "SQSClient"
    name: str = "doorbell"

    @property
    def subject(self) -> Subject:
        return Subject(SubjectKind.QUEUE, self.url.rpartition("/")[2])

    def look(self) -> Sequence[Assessment]:
        try:
            seen = self._attributes()
        except DependencyAbsentError:
            return [self._absent()]
        visibility = seen.get("VisibilityTimeout", "none")
        has_dead_letters = "yes" if seen.get("RedrivePolicy") else "no"
        found = [
            assess(self.name, self.subject, self._patient(), lambda: visibility),
            assess(self.name, self.subject, self._with_dead_letters(), lambda: has_dead_letters),
        ]
        return with_presence(self.name, self.subject, found)

    def _attributes(self) -> Mapping[str, str]:
        with aws_answers(ACTION, self.subject.name):
            answer = self.client.get_queue_attributes(
                QueueUrl=self.url, AttributeNames=["VisibilityTimeout", "RedrivePolicy"]
            )
        return {str(name): value for name, value in answer.get("Attributes", {}).items()}

    def _absent(self) -> Assessment:
        return is_absent(
            self.name,
            self.subject,
            action=ACTION,
            look=self._query,
            impact="no run that is asked for will be worked on",
            setting=SETTING,
        )

    @property
    def _query(self) -> str:
        return f"aws sqs get-queue-attributes --queue-url {quote(self.url)} --attribute-names All"

    def _patient(self) -> Requirement:
        command = f"aws sqs set-queue-attributes --queue-url {quote(self.url)} --attributes"
        return Requirement(
            aspect="visibility_timeout",
            wanted=VISIBILITY_SECONDS,
            severity=Severity.WARN,
            title="A doorbell rings again while its worker is at work",
            impact="a second worker comes for a stack that is worked on, for nothing",
            action=ACTION,
            query=self._query,
            fix=f"{command} VisibilityTimeout={VISIBILITY_SECONDS}",
            rollback="",
            setting=SETTING,
        )

    def _with_dead_letters(self) -> Requirement:
        return Requirement(
            aspect="dead_letters",
            wanted="yes",
            severity=Severity.FAIL,
            title="A doorbell that nobody can answer comes back for days",
            impact="a message that kills its worker blocks its stack, and leaves no trace",
            action=ACTION,
            query=self._query,
            fix="pulumi up --refresh --cwd infra",
            rollback="",
            setting=SETTING,
        )


def make(site: Site) -> DoorbellCheck:
    return DoorbellCheck(url=site.places.doorbell_url, client=site.clients.looked_at("sqs"))
