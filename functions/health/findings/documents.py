"""Findings as JSON documents and back: for the report, and for the book between two looks."""

from collections.abc import Mapping
from dataclasses import fields
from datetime import datetime
from typing import Any

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

Document = Mapping[str, Any]


def finding_document(finding: Finding) -> dict[str, Any]:
    """All of a finding, its fingerprint included."""
    return {
        "id": finding.id,
        "severity": finding.severity,
        "subject": subject_document(finding.subject),
        "title": finding.title,
        "evidence": _plain(finding.evidence),
        "impact": finding.impact,
        "cause": {"text": finding.cause.text, "confidence": finding.cause.confidence},
        "action": _plain(finding.action),
        "data_quality": finding.quality,
        "first_seen": time_text(finding.first_seen) if finding.first_seen else None,
        "fingerprint": finding.fingerprint,
    }


def finding_of(document: Document) -> Finding:
    """The finding again; raises KeyError, TypeError or ValueError for what is none."""
    cause, action = document["cause"], document["action"]
    first_seen = document["first_seen"]
    return Finding(
        id=_text(document["id"]),
        severity=Severity(document["severity"]),
        subject=subject_of(document["subject"]),
        title=_text(document["title"]),
        evidence=_evidence_of(document["evidence"]),
        impact=_text(document["impact"]),
        cause=Cause(_text(cause["text"]), Confidence(cause["confidence"])),
        action=Action(
            kind=ActionKind(action["kind"]),
            command=_text(action["command"]),
            effect=_text(action["effect"]),
            setting=_text(action["setting"]),
            rollback=_text(action["rollback"]),
            cost_change_usd_month=_number_or_none(action["cost_change_usd_month"]),
        ),
        quality=DataQuality(document["data_quality"]),
        first_seen=None if first_seen is None else time_of(first_seen),
    )


def subject_document(subject: Subject) -> dict[str, str]:
    return {"kind": subject.kind, "name": subject.name}


def subject_of(document: Document) -> Subject:
    return Subject(SubjectKind(document["kind"]), _text(document["name"]))


def time_text(instant: datetime) -> str:
    """ISO 8601, UTC, with Z."""
    return instant.isoformat().replace("+00:00", "Z")


def time_of(text: str) -> datetime:
    """Raises ValueError for what has no zone."""
    instant = datetime.fromisoformat(_text(text))
    if instant.tzinfo is None:
        raise ValueError("a time without a zone")
    return instant


def _evidence_of(document: Document) -> Evidence:
    start, end, samples = (document[name] for name in ("window_start", "window_end", "samples"))
    return Evidence(
        source=_text(document["source"]),
        metric=_text(document["metric"]),
        value=_value(document["value"]),
        threshold=_value(document["threshold"]),
        query=_text(document["query"]),
        statistic=_text(document["statistic"]),
        unit=_text(document["unit"]),
        samples=None if samples is None else int(samples),
        window_start=None if start is None else time_of(start),
        window_end=None if end is None else time_of(end),
    )


def _plain(facts: Evidence | Action) -> dict[str, Any]:
    plain = {field.name: getattr(facts, field.name) for field in fields(facts)}
    return {
        name: time_text(value) if isinstance(value, datetime) else value
        for name, value in plain.items()
    }


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("a text is something else")
    return value


def _value(value: object) -> float | str:
    if isinstance(value, str):
        return value
    return _number(value)


def _number_or_none(value: object) -> float | None:
    return None if value is None else _number(value)


def _number(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError("a number is something else")
    return value
