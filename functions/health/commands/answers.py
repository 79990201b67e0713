"""The document of GET /health, as the report that it was made from: a person reads the same."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from health.findings.assessment import Assessment, Status, is_unknown, is_well, worst
from health.findings.book_documents import resolution_of
from health.findings.documents import finding_of, time_of
from health.findings.finding import Subject, SubjectKind
from health.findings.verdict import Verdict, verdict_of
from health.report.document import INSUFFICIENT
from health.report.price import MonthlyPrice, PriceLine
from health.report.report import Report
from hoist.cli.exit_codes import ExitCode
from hoist.cli.server.reading import UnreadableError

_EXIT_CODES = {
    Status.PASS: ExitCode.OK,
    Status.WARN: ExitCode.HEALTH_WARNS,
    Status.FAIL: ExitCode.HEALTH_FAILS,
    Status.UNKNOWN: ExitCode.HEALTH_UNKNOWN,
}


@dataclass(frozen=True, slots=True)
class HealthAnswer:
    """What the server said, as it said it and as it is understood."""

    document: Mapping[str, Any]
    report: Report

    @property
    def exit_code(self) -> ExitCode:
        return _EXIT_CODES[self.report.verdict.status]


def read_answer(document: Any) -> HealthAnswer:
    """Raises UnreadableError for what is no report, or one that only a newer version knows."""
    try:
        return HealthAnswer(document, _report_of(document))
    except (AttributeError, KeyError, OverflowError, TypeError, ValueError) as fault:
        raise UnreadableError("its report is of another version") from fault


def _report_of(document: Mapping[str, Any]) -> Report:
    cost = document["cost"]
    assessments = tuple(_assessments_of(document["checks"]))
    findings = tuple(finding_of(each) for each in document["findings"])
    read_at = document.get("metricsReadAt")
    return Report(
        installation=_text(document["serviceId"]),
        at=time_of(document["time"]),
        verdict=_verdict_of(document, verdict_of(assessments, findings)),
        assessments=assessments,
        findings=findings,
        lately_resolved=tuple(resolution_of(each) for each in document["resolved"]),
        metrics_read_at=None if read_at is None else time_of(read_at),
        price=MonthlyPrice(
            tuple(
                PriceLine(_text(each["what"]), float(each["usd_month"])) for each in cost["parts"]
            )
        ),
        notes=tuple(map(_text, document["notes"])),
    )


def _verdict_of(document: Mapping[str, Any], counted: Verdict) -> Verdict:
    """The server's word, unless what it tells is worse."""
    return replace(counted, status=worst([Status(document["verdict"]), counted.status]))


def _assessments_of(checks: Mapping[str, Any]) -> Iterator[Assessment]:
    """What each rule said; its findings are told elsewhere in the document."""
    for rule, things in checks.items():
        for thing in things:
            subject = Subject(SubjectKind(thing["componentType"]), _text(thing["componentId"]))
            if thing.get("dataQuality") == INSUFFICIENT:
                yield is_unknown(rule, subject, _text(thing["output"]))
            else:
                yield is_well(rule, subject)


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("a text is something else")
    return value
