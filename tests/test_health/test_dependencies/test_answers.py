"""What AWS's answers mean for whoever only looks."""

import pytest
from botocore.exceptions import ClientError, ConnectTimeoutError

from health.dependencies.answers import aws_answers
from health.dependencies.errors import DependencyAbsentError, LookRefusedError, NoAnswerError
from health.dependencies.requirement import Requirement, assess
from health.findings.assessment import Status
from health.findings.finding import Severity, Subject, SubjectKind
from hoist.errors import HoistError

BUCKET = Subject(SubjectKind.BUCKET, "state")
REQUIREMENT = Requirement(
    aspect="versioning",
    wanted="on",
    severity=Severity.WARN,
    title="off",
    impact="loss",
    action="s3:GetBucketVersioning",
    query="look",
    fix="fix",
    rollback="undo",
    setting="infra",
)


def answered(code: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": "hunter2"}}, "GetThing")


@pytest.mark.parametrize(
    ("error", "meant"),
    [
        (answered("NoSuchBucket"), DependencyAbsentError),
        (answered("AWS.SimpleQueueService.NonExistentQueue"), DependencyAbsentError),
        (answered("AccessDenied"), LookRefusedError),
        (answered("ExpiredToken"), LookRefusedError),
        (answered("InternalError"), NoAnswerError),
        (answered("SlowDown"), NoAnswerError),
        (answered(""), NoAnswerError),
        (ConnectTimeoutError(endpoint_url="https://hunter2"), NoAnswerError),
    ],
)
def test_answers_are_told_apart(error: Exception, meant: type[HoistError]) -> None:
    """Absent, refused and silent are three errors; none of them quotes AWS's text."""
    with pytest.raises(meant) as raised, aws_answers("s3:GetThing", "state"):
        raise error

    assert "state" in raised.value.message
    assert "hunter2" not in raised.value.message


def test_refused_look_is_unknown_alone() -> None:
    """Where the role may not look at one setting, that setting is unknown and no error leaves."""

    def refused() -> str:
        raise LookRefusedError("s3:GetBucketVersioning", "state")

    assessment = assess("state_bucket", BUCKET, REQUIREMENT, refused)

    assert assessment.status is Status.UNKNOWN
    assert assessment.rule == "state_bucket.versioning"


def test_silence_is_told_to_the_breaker() -> None:
    """No answer at all leaves the check as an error, so that the breaker counts it."""

    def silent() -> str:
        raise NoAnswerError("s3:GetBucketVersioning", "state", "ConnectTimeoutError")

    with pytest.raises(NoAnswerError):
        assess("state_bucket", BUCKET, REQUIREMENT, silent)


def test_finding_has_what_it_takes_to_act() -> None:
    """A setting that is wrong is told with what was seen, what was wanted, and both ways."""
    (finding,) = assess("state_bucket", BUCKET, REQUIREMENT, lambda: "off").findings

    assert (finding.evidence.value, finding.evidence.threshold) == ("off", "on")
    assert (finding.action.command, finding.action.rollback) == ("fix", "undo")
