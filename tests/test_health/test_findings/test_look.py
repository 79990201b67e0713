"""What the silence of a look means."""

import pytest

from health.findings.assessment import Assessment, is_unknown, is_well
from health.findings.finding import Subject, SubjectKind
from health.findings.look import ResolvedBecause
from health_findings import a_look

RUN = Subject(SubjectKind.RUN, "run-1")
OTHER_RUN = Subject(SubjectKind.RUN, "run-2")
STACK = Subject(SubjectKind.STACK, "web/dev")
TABLE = Subject(SubjectKind.TABLE, "runs")


def _unknown(rule: str, subject: Subject) -> Assessment:
    return is_unknown(rule, subject, "it could not be read")


def test_thing_that_is_not_told_of_is_gone() -> None:
    """A whole look that tells of others only says that this one is gone."""
    look = a_look(is_well("stuck_runs", OTHER_RUN), check="stuck_runs")

    assert look.resolves("stuck_runs", RUN) is ResolvedBecause.GONE


def test_broken_off_look_knows_of_nothing_that_it_does_not_tell() -> None:
    """Without its end, a look says of what it tells, and of nothing else."""
    look = a_look(is_well("stuck_runs", OTHER_RUN), check="stuck_runs", is_whole=False)

    assert look.resolves("stuck_runs", RUN) is None
    assert look.resolves("stuck_runs", OTHER_RUN) is ResolvedBecause.NOT_FOUND


@pytest.mark.parametrize(
    ("unknown", "rule", "subject"),
    [
        (_unknown("stuck_runs", STACK), "stuck_runs", RUN),
        (_unknown("stuck_runs", TABLE), "stuck_runs", RUN),
        (_unknown("stuck_runs", RUN), "stuck_runs.more", RUN),
        (_unknown("stuck_runs.more", RUN), "stuck_runs.absent", RUN),
        (_unknown("stuck_runs.inventory", TABLE), "lambda.errors", RUN),
        (_unknown("lambda", RUN), "lambda.errors", RUN),
    ],
    ids=str,
)
def test_unknown_hides_what_it_may_be_about(
    unknown: Assessment, rule: str, subject: Subject
) -> None:
    """The same thing, and things of other kinds, stay open under the rules that could not tell."""
    look = a_look(unknown, check="stuck_runs")

    assert look.resolves(rule, subject) is None


@pytest.mark.parametrize(
    ("unknown", "rule", "subject"),
    [
        (_unknown("stuck_runs", OTHER_RUN), "stuck_runs", RUN),
        (_unknown("lambda.errors", RUN), "lambda.throttles", RUN),
        (_unknown("lambda.errors", TABLE), "lambda.throttles", RUN),
        (_unknown("lambda.errors", TABLE), "lambda.errors_of_all", RUN),
    ],
    ids=str,
)
def test_unknown_hides_nothing_else(unknown: Assessment, rule: str, subject: Subject) -> None:
    """What is unknown of another thing of the same kind, or to another rule, does not matter."""
    look = a_look(unknown, check="stuck_runs")

    assert look.resolves(rule, subject) is ResolvedBecause.GONE
