"""Examinations and versions as JSON, for programs; no value is ever among them."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from rotation.doctor.actions import Action
from rotation.doctor.case import Examination
from rotation.doctor.diagnosis import Finding
from rotation.doctor.log import LogEntry
from rotation.doctor.probes import Answer
from rotation.doctor.record import SecretRecord, Version


def case_facts(case: Examination, found: Sequence[Finding]) -> dict[str, Any]:
    """A secret: how it stands, what is wrong, and the commands that mend it."""
    record = case.record
    return {
        "name": record.name,
        "arn": record.arn,
        "strategy": case.strategy or None,
        "rotation_enabled": record.rotation_enabled,
        "rules": dict(record.rules) or None,
        "rotated_at": instant_text(record.rotated_at),
        "versions": [version_facts(each) for each in record.versions],
        "target": {stage.value: _answer_facts(each) for stage, each in case.answers.items()},
        "last_failure": entry_facts(case.failure) if case.failure else None,
        "log_fault": case.log_fault or None,
        "findings": [_finding_facts(each, record) for each in found],
    }


def version_facts(version: Version) -> dict[str, Any]:
    return {
        "version_id": version.version_id,
        "labels": sorted(version.labels),
        "created_at": instant_text(version.created_at),
    }


def entry_facts(entry: LogEntry) -> dict[str, Any]:
    failure = entry.failure
    return {
        "at": instant_text(entry.at),
        "event": entry.name.value,
        "step": (failure.step or None) if failure else None,
        "kind": failure.kind.value if failure and failure.kind else None,
        "code": (failure.code or None) if failure else None,
    }


def action_facts(action: Action, arn: str) -> dict[str, Any]:
    return {"message": action.sentence, "aws_command": action.aws_command(arn)}


def instant_text(instant: datetime | None) -> str | None:
    """ISO 8601 in UTC with a Z."""
    if instant is None:
        return None
    return instant.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _answer_facts(answer: Answer) -> dict[str, Any]:
    return {"answer": answer.life.value, "why": answer.why.value if answer.why else None}


def _finding_facts(finding: Finding, record: SecretRecord) -> dict[str, Any]:
    return {
        "ailment": finding.ailment.value,
        "message": finding.sentence,
        "actions": [action_facts(action, record.arn) for action in finding.actions],
    }
