"""Findings and assessments for tests: builders, and Hypothesis strategies of any of them."""

from datetime import UTC, datetime

from hypothesis import strategies as st

from health.findings.assessment import Assessment
from health.findings.finding import (
    Action,
    ActionKind,
    Cause,
    Confidence,
    DataQuality,
    Evidence,
    Finding,
    Severity,
    Subject,
    SubjectKind,
)
from health.findings.look import Look

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
WORKER = Subject(SubjectKind.FUNCTION, "hoist-dev-worker")


def a_finding(
    name: str = "lambda.throttles",
    *,
    severity: Severity = Severity.WARN,
    subject: Subject = WORKER,
    value: float | str = 0.2,
    first_seen: datetime | None = None,
) -> Finding:
    return Finding(
        id=name,
        severity=severity,
        subject=subject,
        title=f"{subject.name} is throttled",
        evidence=Evidence(
            source="AWS/Lambda",
            metric="Throttles",
            statistic="Sum",
            value=value,
            threshold=0.1,
            unit="share",
            samples=40,
            window_start=datetime(2026, 3, 1, 11, tzinfo=UTC),
            window_end=NOON,
            query="aws cloudwatch get-metric-statistics",
        ),
        impact="calls do not run",
        cause=Cause("its reserved concurrency is used up", Confidence.HIGH),
        action=Action(
            kind=ActionKind.FIX,
            command="aws lambda put-function-concurrency --function-name hoist-dev-worker",
            effect="twice as many calls may run",
            setting="hoist:parallelRuns",
            rollback="aws lambda delete-function-concurrency",
            cost_change_usd_month=0.42,
        ),
        first_seen=first_seen,
    )


def an_assessment(
    *findings: Finding,
    rule: str = "lambda.throttles",
    subject: Subject = WORKER,
    unknown_because: str = "",
) -> Assessment:
    return Assessment(
        rule=rule, subject=subject, findings=findings, unknown_because=unknown_because
    )


def a_look(*assessments: Assessment, check: str = "metrics", is_whole: bool = True) -> Look:
    return Look(check=check, assessments=assessments, is_whole=is_whole)


_texts = st.text(max_size=20)
_times = st.datetimes(timezones=st.just(UTC))
_numbers = st.floats(allow_nan=False, allow_infinity=False)

any_subject = st.builds(Subject, st.sampled_from(SubjectKind), _texts)
any_finding = st.builds(
    Finding,
    id=_texts,
    severity=st.sampled_from(Severity),
    subject=any_subject,
    title=_texts,
    evidence=st.builds(
        Evidence,
        source=_texts,
        metric=_texts,
        value=_numbers | _texts,
        threshold=_numbers | _texts,
        query=_texts,
        statistic=_texts,
        unit=_texts,
        samples=st.none() | st.integers(0, 10**9),
        window_start=st.none() | _times,
        window_end=st.none() | _times,
    ),
    impact=_texts,
    cause=st.builds(Cause, _texts, st.sampled_from(Confidence)),
    action=st.builds(
        Action,
        kind=st.sampled_from(ActionKind),
        command=_texts,
        effect=_texts,
        setting=_texts,
        rollback=_texts,
        cost_change_usd_month=st.none() | _numbers,
    ),
    quality=st.sampled_from(DataQuality),
    first_seen=st.none() | _times,
)

# Few names and things, so that rounds meet the same ones again.
_few_rules = st.sampled_from(["lambda.errors", "lambda.memory"])
_few_subjects = st.sampled_from([WORKER, Subject(SubjectKind.FUNCTION, "hoist-dev-api")])


@st.composite
def few_assessments(draw: st.DrawFn) -> list[Assessment]:
    """One look: some rules, each of some things, in any order."""
    judged = draw(st.sets(st.tuples(_few_rules, _few_subjects), max_size=4))
    assessments = [draw(_assessment_of(rule, subject)) for rule, subject in sorted(judged)]
    return draw(st.permutations(assessments))


@st.composite
def few_looks(draw: st.DrawFn) -> Look:
    """What one check told, whole or not."""
    return a_look(*draw(few_assessments()), is_whole=draw(st.booleans()))


@st.composite
def _assessment_of(draw: st.DrawFn, rule: str, subject: Subject) -> Assessment:
    names = draw(st.sets(st.sampled_from([rule, f"{rule}.more"])))
    findings = [
        a_finding(
            name,
            severity=draw(st.sampled_from(Severity)),
            subject=subject,
            value=draw(st.integers(0, 3)),
        )
        for name in sorted(names)
    ]
    because = draw(st.sampled_from(["", "no data"]))
    return an_assessment(*findings, rule=rule, subject=subject, unknown_because=because)
