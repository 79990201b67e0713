"""What one check told at one time, and what follows for findings that it did not make again.

A check tells of everything that it concerns. So when it came to its end, silence tells something,
too: a run that is not among the unfinished has ended, a function that is not in the inventory was
deleted. What the check could not tell takes that back for whatever it may be about.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from health.findings.assessment import Assessment
from health.findings.finding import Subject


class ResolvedBecause(StrEnum):
    """Why a finding is not open any more."""

    NOT_FOUND = "not_found"
    """Its rule looked at the same thing, and found it well."""
    GONE = "gone"
    """Its rule looked at all that there is, and the thing was not among it."""
    FORGOTTEN = "forgotten"
    """Nobody has been able to tell for a week."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """All that the check of this name told. One that `is_whole` came to its end."""

    check: str
    assessments: tuple[Assessment, ...]
    is_whole: bool = True

    def resolves(self, rule: str, subject: Subject) -> ResolvedBecause | None:
        """Whether findings of this rule and thing are over, if this look did not make them.

        A rule that could not tell resolves nothing, and neither does one that knows of nothing that
        happened: what fails each time it is used is not mended by resting.
        """
        told = [each for each in self.assessments if (each.rule, each.subject) == (rule, subject)]
        if told:
            saw_it_at_work = not any(each.unknown_because or each.is_idle for each in told)
            return ResolvedBecause.NOT_FOUND if saw_it_at_work else None
        is_hidden = any(self._may_hide(each, rule, subject) for each in self._unknown)
        return ResolvedBecause.GONE if self.is_whole and not is_hidden else None

    @property
    def _unknown(self) -> Iterator[Assessment]:
        return (each for each in self.assessments if each.unknown_because)

    def _may_hide(self, unknown: Assessment, rule: str, subject: Subject) -> bool:
        """Not of another thing of its kind. But of things of other kinds: who cannot read a stack
        does not know its runs. What is unknown to one rule of several is so to that rule alone.
        """
        is_about_another = unknown.subject.kind is subject.kind and unknown.subject != subject
        is_about_all_rules = _is_of(unknown.rule, self.check)
        return not is_about_another and (is_about_all_rules or _is_of(rule, unknown.rule))


def _is_of(rule: str, family: str) -> bool:
    return rule == family or rule.startswith(f"{family}.")
