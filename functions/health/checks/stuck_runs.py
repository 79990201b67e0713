"""Runs that stand still: nobody came for them, their worker was lost, or they ask a person."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from shlex import quote

from health.dependencies.errors import LookError
from health.dependencies.records import StoredRecords
from health.dependencies.site import Site
from health.dependencies.waiting_runs import (
    STUCK_AFTER,
    WAITING_PARTITION,
    FrontRun,
    Standstill,
    front_run_of,
)
from health.findings.assessment import Assessment, Observed, is_unknown, is_well
from health.findings.finding import (
    Action,
    ActionKind,
    Cause,
    Confidence,
    Evidence,
    Finding,
    Severity,
    Subject,
    SubjectKind,
)
from hoist.clock import Clock

# Each costs two reads. With more stacks waiting than this, the installation has other troubles.
MOST_STACKS = 200

_CAUSES = {
    Standstill.NOBODY_CAME: Cause(
        "its doorbell was lost and not rung again, or no worker is free", Confidence.MEDIUM
    ),
    Standstill.WORKER_LOST: Cause(
        "its worker died, and no doorbell brought another one", Confidence.HIGH
    ),
    Standstill.PERSON_ASKED: Cause(
        "it met what only a person can decide, such as a create of which nobody knows the end",
        Confidence.HIGH,
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class StuckRuns:
    """Looks at the first run of every stack that has unfinished ones."""

    records: StoredRecords
    doorbell_url: str
    clock: Clock
    name: str = "stuck_runs"

    @property
    def subject(self) -> Subject:
        return Subject(SubjectKind.TABLE, self.records.table)

    def look(self) -> Sequence[Assessment]:
        return list(self._assessments())

    def _assessments(self) -> Iterator[Assessment]:
        waiting = [marker.sort for marker in self.records.list(WAITING_PARTITION)]
        yield is_well(self.name, self.subject, Observed(len(waiting), "stacks with runs"))
        for stack_id in waiting[:MOST_STACKS]:
            try:
                run = front_run_of(self.records, stack_id)
            except LookError as error:
                yield is_unknown(self.name, Subject(SubjectKind.STACK, stack_id), error.message)
                continue
            if run is not None:
                yield self._assessment(run)
        if len(waiting) > MOST_STACKS:
            because = f"only {MOST_STACKS} of {len(waiting)} stacks with runs were looked at"
            yield is_unknown(self.name, self.subject, because)

    def _assessment(self, run: FrontRun) -> Assessment:
        standstill = run.standstill(self.clock.now())
        subject = Subject(SubjectKind.RUN, run.id)
        if standstill is None:
            return is_well(self.name, subject, Observed(run.state))
        return Assessment(
            rule=self.name,
            subject=subject,
            observed=Observed(run.state),
            findings=(self._finding(run, standstill),),
        )

    def _finding(self, run: FrontRun, standstill: Standstill) -> Finding:
        asks_a_person = standstill is Standstill.PERSON_ASKED
        return Finding(
            id=f"{self.name}.{standstill}",
            severity=Severity.WARN if asks_a_person else Severity.FAIL,
            subject=Subject(SubjectKind.RUN, run.id),
            title=f"The {run.state} run of {run.project}/{run.stack} stands still",
            evidence=self._evidence(run),
            impact="every later run of the stack waits behind it",
            cause=_CAUSES[standstill],
            action=_ask(run) if asks_a_person else self._ring(run),
        )

    def _evidence(self, run: FrontRun) -> Evidence:
        minutes = (self.clock.now() - run.waits_since).total_seconds() / 60
        key = json.dumps({"pk": {"S": f"record#runs#{run.stack_id}"}, "sk": {"S": run.id}})
        return Evidence(
            source="dynamodb:GetItem",
            metric=f"time in {run.state}",
            value=round(minutes, 1),
            threshold=STUCK_AFTER.total_seconds() / 60,
            unit="minutes",
            query=f"aws dynamodb get-item --table-name {quote(self.records.table)} "
            f"--key {quote(key)}",
            window_start=run.waits_since,
            window_end=self.clock.now(),
        )

    def _ring(self, run: FrontRun) -> Action:
        body = json.dumps({"format": 1, "stack_id": run.stack_id})
        # A group of its own: a message that died with its worker blocks the stack's for a while.
        ring = f"{run.stack_id}#again-{int(self.clock.now().timestamp())}"
        return Action(
            kind=ActionKind.FIX,
            command=(
                f"aws sqs send-message --queue-url {quote(self.doorbell_url)} "
                f"--message-body {quote(body)} --message-group-id {quote(ring)} "
                f"--message-deduplication-id {quote(ring)}"
            ),
            effect="a worker comes for the stack; a ring too many does no harm",
            setting="infra/components/lost_doorbells.py rings again by itself",
        )


def _ask(run: FrontRun) -> Action:
    return Action(
        kind=ActionKind.LOOK,
        command=f"hoist runs show {quote(run.id)} --stack {quote(run.stack)}",
        effect=(
            f"in the directory of {run.project}: shows what it asks; "
            "`hoist runs resolve` answers it"
        ),
    )


def make(site: Site) -> StuckRuns:
    return StuckRuns(
        records=StoredRecords(site.clients.looked_at("dynamodb"), site.places.runs_table),
        doorbell_url=site.places.doorbell_url,
        clock=site.clock,
    )
