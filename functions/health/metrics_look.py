"""The look at all metrics of an installation: what is there, what is asked, what the rules say."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import TypeVar

from health.findings.assessment import Assessment, is_unknown
from health.findings.finding import Subject
from health.metrics.inventory import Inventory, Stocktaker
from health.metrics.invocations import InvocationReader
from health.metrics.query import MetricQuery
from health.metrics.reader import MetricReader
from health.metrics.series import Readings
from health.metrics.windows import SETTLE
from health.rules.catalogue import (
    ACCOUNT_RULES,
    API_RULES,
    DEAD_LETTER_RULES,
    FUNCTION_RULES,
    MAPPING_RULES,
    QUEUE_RULES,
    REPORT_RULES,
)
from health.rules.memory import LOOK_BACK
from health.rules.rest_api import InstalledApi
from health.rules.rule import Rule
from health.rules.traffic import Traffic, TrafficQueries
from hoist.clock import Clock

INVENTORY_RULE = "metrics.inventory"
Part = TypeVar("Part")


@dataclass(frozen=True, slots=True, kw_only=True)
class MetricsLook:
    """Implements DependencyCheck, so that it is run beside the checks and cannot hold them up."""

    subject: Subject
    """The installation."""
    api: InstalledApi
    stocktaker: Stocktaker
    metrics: MetricReader
    invocations: InvocationReader
    clock: Clock
    witness: str
    """The function that is invoked each minute: that of health itself."""
    name: str = "metrics"

    def look(self) -> Sequence[Assessment]:
        now = self.clock.now()
        inventory = self.stocktaker.take_stock()
        judgements = list(_judgements(inventory, self.api))
        readings = self._read([q for j in judgements for q in j.queries(now)], now)
        judged = [judgement.assess(now, readings) for judgement in judgements]
        return [
            *self._gaps(inventory),
            *(assessment for assessment in judged if assessment),
            *self._reports(inventory, now, readings),
        ]

    def _read(self, queries: Sequence[MetricQuery], now: datetime) -> Readings:
        """While the witness is silent too, nobody's silence means anything."""
        heard = TrafficQueries.of(self.witness, now).invocations
        return self.metrics.read([*queries, heard]).witnessed_by(heard)

    def _gaps(self, inventory: Inventory) -> Iterator[Assessment]:
        """What was not seen cannot be well."""
        for gap in inventory.gaps:
            yield is_unknown(INVENTORY_RULE, self.subject, gap)
        if not inventory.functions and not inventory.gaps:
            because = "no function has the installation's tag"
            yield is_unknown(INVENTORY_RULE, self.subject, because)

    def _reports(
        self, inventory: Inventory, now: datetime, readings: Readings
    ) -> Iterator[Assessment]:
        end = now - SETTLE
        found = self.invocations.read(inventory.functions, start=end - LOOK_BACK, end=end)
        for function in inventory.functions:
            queries = TrafficQueries.of(function.name, now)
            is_idle = Traffic.read(queries, readings).is_idle(queries.window.last(LOOK_BACK))
            invocations = replace(found[function.name], is_idle=is_idle)
            yield from (rule.assess(function, invocations) for rule in REPORT_RULES)


@dataclass(frozen=True, slots=True)
class _Judgement:
    """A rule, bound to what it is to judge."""

    queries: Callable[[datetime], Sequence[MetricQuery]]
    assess: Callable[[datetime, Readings], Assessment | None]


def _judgements(inventory: Inventory, api: InstalledApi) -> Iterator[_Judgement]:
    limits = () if inventory.concurrency_limit is None else (inventory.concurrency_limit,)
    yield from _each(FUNCTION_RULES, inventory.functions)
    yield from _each(QUEUE_RULES, inventory.working_queues)
    yield from _each(DEAD_LETTER_RULES, inventory.dead_letter_queues)
    yield from _each(MAPPING_RULES, inventory.mappings)
    yield from _each(API_RULES, (api,))
    yield from _each(ACCOUNT_RULES, limits)


def _each(rules: Sequence[Rule[Part]], parts: Sequence[Part]) -> Iterator[_Judgement]:
    for part in parts:
        for rule in rules:
            yield _Judgement(partial(rule.queries, part), partial(rule.assess, part))
