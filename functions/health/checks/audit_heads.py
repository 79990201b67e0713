"""The audit: whether its entries are those that were signed, and whether signing goes on."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from shlex import quote
from typing import TYPE_CHECKING

from health.dependencies.audit_chains import (
    HEADS_FOLDER,
    INSTALLATION_CHAIN,
    ChainEntry,
    SignedHead,
    StoredChains,
    StoredHeads,
)
from health.dependencies.errors import LookError
from health.dependencies.records import StoredRecord, StoredRecords
from health.dependencies.site import Site
from health.dependencies.stored_stacks import projects, stack_in
from health.findings.assessment import Assessment, Observed, is_unknown
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

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

# The worker signs within seconds of a run's end; who could not is made good by the next run.
SIGNED_WITHIN = timedelta(hours=1)
# From the signed one on. Of more than these, the first tell enough.
ENTRIES_LOOKED_AT = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditHeads:
    """Looks at the newest head of each stack's chain and of the installation's, and behind it.

    It is no proof: `hoist audit verify` reads all entries, and is told the right key.
    """

    installation: str
    records: StoredRecords
    objects: "S3Client"
    state_bucket: str
    chains: StoredChains
    heads: StoredHeads
    clock: Clock
    name: str = "audit_heads"

    @property
    def subject(self) -> Subject:
        return Subject(SubjectKind.INSTALLATION, self.installation)

    def look(self) -> Sequence[Assessment]:
        if not self.chains.table:
            return []
        return list(self._assessments())

    def _assessments(self) -> Iterator[Assessment]:
        yield self._assessment(self.subject, INSTALLATION_CHAIN, INSTALLATION_CHAIN)
        for project in projects(self.objects, self.state_bucket):
            for record in self.records.list(f"stacks#{project}"):
                yield self._of_stack(project, record)

    def _of_stack(self, project: str, record: StoredRecord) -> Assessment:
        subject = Subject(SubjectKind.STACK, f"{project}/{record.sort}")
        try:
            stack = stack_in(record.document)
        except LookError as error:
            return is_unknown(self.name, subject, error.message)
        return self._assessment(subject, stack.id, stack.name)

    def _assessment(self, subject: Subject, chain: str, told: str) -> Assessment:
        try:
            head = self.heads.newest(chain)
            start = head.number if head else 1
            entries = self.chains.entries_from(chain, start, limit=ENTRIES_LOOKED_AT)
        except LookError as error:
            return is_unknown(self.name, subject, error.message)
        fault = _fault(chain, head, entries) if head else ""
        finding = self._broken(subject, told, fault) if fault else None
        if finding is None and (late := self._unsigned_end(head, entries)):
            finding = self._unsigned(subject, told, late)
        return Assessment(
            rule=self.name,
            subject=subject,
            observed=Observed(f"signed to entry {head.number}" if head else "not signed yet"),
            findings=(finding,) if finding else (),
        )

    def _unsigned_end(
        self, head: SignedHead | None, entries: Sequence[ChainEntry]
    ) -> ChainEntry | None:
        """The first end of a run that should have been signed long ago.

        What is done between runs waits for the end of the next one, however long that is.
        """
        signed_to = head.number if head else 0
        due = self.clock.now() - SIGNED_WITHIN
        late = (e for e in entries if e.ends_run and e.number > signed_to and e.at <= due)
        return next(late, None)

    def _broken(self, subject: Subject, told: str, fault: str) -> Finding:
        return Finding(
            id=f"{self.name}.broken",
            severity=Severity.FAIL,
            subject=subject,
            title=f"The audit of {told} is not what was signed",
            evidence=Evidence(
                source="s3:GetObject, dynamodb:Query",
                metric="newest signed head",
                value=fault,
                threshold="the entry that was signed",
                query=self._query(),
            ),
            impact="what was done, and by whom, cannot be proved from here on",
            cause=Cause("somebody has changed the table of the audit", Confidence.MEDIUM),
            action=_verify(told),
        )

    def _unsigned(self, subject: Subject, told: str, late: ChainEntry) -> Finding:
        hours = (self.clock.now() - late.at) / timedelta(hours=1)
        return Finding(
            id=f"{self.name}.unsigned",
            severity=Severity.WARN,
            subject=subject,
            title=f"The audit of {told} was not signed when a run ended",
            evidence=Evidence(
                source="s3:ListBucket, dynamodb:Query",
                metric=f"time since entry {late.number}",
                value=round(hours, 1),
                threshold=SIGNED_WITHIN / timedelta(hours=1),
                unit="hours",
                query=self._query(),
                window_start=late.at,
                window_end=self.clock.now(),
            ),
            impact="who may write the table could change what no head has seen, and nobody could"
            " tell",
            cause=Cause(
                "the worker may not sign, or not write to the bucket: its log has audit_entry_lost",
                Confidence.MEDIUM,
            ),
            action=_verify(told),
        )

    def _query(self) -> str:
        place = f"s3://{self.heads.bucket}/{HEADS_FOLDER}"
        return f"aws s3 ls --recursive {quote(place)}"


def _fault(chain: str, head: SignedHead, entries: Sequence[ChainEntry]) -> str:
    """What does not fit; empty if all does."""
    if head.chain != chain:
        return f"it is of chain {head.chain}"
    if not head.is_genuine:
        return "its signature is none of its key"
    if not entries:
        return f"entry {head.number} and all behind it are missing"
    if entries[0].number != head.number:
        return f"entry {head.number} is missing"
    return "" if entries[0].hash == head.hash else f"entry {head.number} is another one"


def _verify(told: str) -> Action:
    return Action(
        kind=ActionKind.LOOK,
        command=f"hoist audit verify {quote(told)}",
        effect="reads all entries and heads, and names what was changed",
    )


def make(site: Site) -> AuditHeads:
    dynamodb, s3 = site.clients.looked_at("dynamodb"), site.clients.looked_at("s3")
    places = site.places
    return AuditHeads(
        installation=places.installation,
        records=StoredRecords(dynamodb, places.state_table),
        objects=s3,
        state_bucket=places.state_bucket,
        chains=StoredChains(dynamodb, places.audit_table),
        heads=StoredHeads(s3, places.audit_bucket),
        clock=site.clock,
    )
