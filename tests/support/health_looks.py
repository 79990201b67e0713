"""Checks that say what they are told to, and an examination made of them."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from health.checking.runner import CheckRunner
from health.examination import Examination
from health.findings.assessment import Assessment
from health.findings.book_store import BookStore
from health.findings.finding import Subject, SubjectKind
from health.findings.stores.memory import InMemoryBook
from health.report.price import MonthlyPrice, PriceLine
from health_findings import NOON, an_assessment
from hoist.clock import FixedClock

INSTALLATION = Subject(SubjectKind.INSTALLATION, "hoist-dev")
PLENTY_SECONDS = 30.0


@dataclass
class ScriptedCheck:
    """Implements DependencyCheck: says `says`, or raises `fault`."""

    name: str
    says: Sequence[Assessment] = ()
    fault: Exception | None = None
    subject: Subject = INSTALLATION
    looks: int = 0

    def look(self) -> Sequence[Assessment]:
        self.looks += 1
        if self.fault:
            raise self.fault
        return self.says


@dataclass
class HealthRoom:
    """An examination with one check and scripted metrics, and its clock."""

    check: ScriptedCheck = field(
        default_factory=lambda: ScriptedCheck("check", [an_assessment(rule="check.setting")])
    )
    metrics: ScriptedCheck = field(
        default_factory=lambda: ScriptedCheck("metrics", [an_assessment()])
    )
    store: BookStore = field(default_factory=InMemoryBook)
    clock: FixedClock = field(default_factory=lambda: FixedClock(NOON))

    def examination(self) -> Examination:
        return Examination(
            INSTALLATION,
            checks=[self.check],
            seldom=[self.metrics],
            runner=CheckRunner(clock=self.clock),
            store=self.store,
            price=lambda _: MonthlyPrice((PriceLine("metrics read", 2.0),)),
            clock=self.clock,
        )
