"""Examinations in a person's words."""

from collections.abc import Sequence

import click

from hoist.cli.ages import age, in_utc
from hoist.cli.tables import print_table
from rotation.doctor.actions import Action
from rotation.doctor.case import Examination
from rotation.doctor.diagnosis import Finding
from rotation.doctor.log import Failure
from rotation.steps import Stage

HEADINGS = ("NAME", "STRATEGY", "STATE", "AGE", "ROTATES", "LAST FAILURE")


def status_row(case: Examination, found: Sequence[Finding]) -> Sequence[str]:
    """One secret in one line."""
    return (
        case.record.name,
        case.strategy or "-",
        state(case, found),
        age(case.record.rotated_at, now=case.at),
        rule(case),
        case.log_fault or _last_failure(case),
    )


def state(case: Examination, found: Sequence[Finding]) -> str:
    """How it stands, in one word."""
    if case.record.deletion_at:
        return "to be deleted"
    if found:
        return found[0].ailment.value
    if case.open_version:
        return "under way"
    return "ok" if case.record.rotation_enabled else "not rotated"


def rule(case: Examination) -> str:
    """When it rotates."""
    rules = case.record.rules
    if not case.record.rotation_enabled or not rules:
        return "-"
    days = rules.get("AutomaticallyAfterDays")
    return f"every {days} d" if days else str(rules.get("ScheduleExpression", "-"))


def failure_words(failure: Failure) -> str:
    """Step and class of a failure."""
    step = failure.step or "unknown step"
    return f"{step} ({failure.kind}/{failure.code})" if failure.kind else step


def print_case(case: Examination, found: Sequence[Finding]) -> None:
    """One secret with its versions."""
    print_table(HEADINGS, [status_row(case, found)])
    click.echo()
    rows = [
        (
            each.version_id,
            " ".join(sorted(each.labels)) or "-",
            in_utc(each.created_at),
            _life(case, each.labels),
        )
        for each in case.record.versions
    ]
    print_table(("VERSION", "LABELS", "CREATED", "TARGET"), rows)


def print_findings(case: Examination, found: Sequence[Finding]) -> None:
    """What is wrong, and the commands that mend it."""
    click.echo(f"{case.record.name}: {'nothing is wrong' if not found else state(case, found)}")
    for finding in found:
        click.echo(f"  {finding.ailment}: {finding.sentence}")
        print_actions(finding.actions, case.record.arn)


def print_actions(actions: Sequence[Action], arn: str) -> None:
    """What would be done, and the commands that do it at AWS."""
    for action in actions:
        click.echo(f"    {action.sentence}")
        click.echo(f"      {action.aws_command(arn)}")


def _last_failure(case: Examination) -> str:
    entry = case.failure
    if entry is None or entry.failure is None:
        return "-"
    return f"{failure_words(entry.failure)}, {in_utc(entry.at)}"


def _life(case: Examination, labels: frozenset[str]) -> str:
    return next((case.life(stage).value for stage in Stage if stage in labels), "not asked")
