"""An audit in memory: its trail, its anchors, a key of this process, and exports of a chain."""

import itertools
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cache

from hoist.clock import FixedClock
from orchestrator.audit.acts import Act, Digests, Source, Who
from orchestrator.audit.anchoring import HeadAnchoring
from orchestrator.audit.entries import StoredEntry
from orchestrator.audit.export import export
from orchestrator.audit.export_file import read_export
from orchestrator.audit.findings import FindingKind, Verdict
from orchestrator.audit.heads import Signer
from orchestrator.audit.pages import all_entries
from orchestrator.audit.reading import AuditReading
from orchestrator.audit.stores.local_signer import LocalSigner, new_private_key
from orchestrator.audit.stores.log_chains import LogChains
from orchestrator.audit.stores.object_anchors import ObjectAnchors
from orchestrator.audit.trail import AuditTrail, Loss
from orchestrator.audit.verification import verify
from orchestrator.state.stores.memory import in_memory_storage
from storages import NOON, OpenStorage, memory_opener
from watched_storage import Watch, watched

CHAIN = "stk-00000000000000000001"
OTHER_CHAIN = "stk-00000000000000000002"


@cache
def session_signer() -> LocalSigner:
    """One key for all tests of this process."""
    return LocalSigner(new_private_key())


def act(operation: str = "set_config", subject: str = "shop/prod", why: str = "") -> Act:
    """What Ada did, with every fact filled in."""
    return Act(
        operation=operation,
        subject=subject,
        who=Who(
            person="arn:aws:iam::123456789012:role/Dev",
            principal="arn:aws:sts::123456789012:assumed-role/Dev/ada",
            token_id="t0ken1d",
            session="ada",
        ),
        why=why,
        source=Source(ip="203.0.113.7", user_agent="hoist-cli"),
        digests=Digests(request="a" * 64, program="b" * 64, config="c" * 64, plan="d" * 64),
    )


@dataclass(slots=True)
class AuditSite:
    """One store, shared by all processes that are made here."""

    open_storage: OpenStorage = field(default_factory=memory_opener)
    clock: FixedClock = field(default_factory=lambda: FixedClock(NOON))
    lost: list[Loss] = field(default_factory=list)
    """What those were told who hear of entries that could not be written."""
    make_id: Callable[[], str] = field(
        default_factory=lambda: map("{:016x}".format, itertools.count()).__next__
    )

    def trail(self, watch: Watch | None = None) -> AuditTrail:
        """A process that appends."""
        storage = watched(self.open_storage(), watch or Watch())
        return AuditTrail(
            LogChains(storage.log),
            clock=self.clock,
            on_lost=self.lost.append,
            make_id=self.make_id,
        )

    def anchoring(
        self, watch: Watch | None = None, *, signer: Signer | None = None
    ) -> HeadAnchoring:
        """A process that anchors."""
        storage = watched(self.open_storage(), watch or Watch())
        return HeadAnchoring(
            LogChains(storage.log),
            ObjectAnchors(storage.objects),
            signer or session_signer(),
            clock=self.clock,
        )

    def reading(self, chain: str = CHAIN) -> AuditReading:
        storage = self.open_storage()
        return AuditReading(chain, LogChains(storage.log), lambda: ObjectAnchors(storage.objects))

    def forget_last_entry(self, chain: str) -> None:
        """Go on with a store that has all but the last entry of a chain, and the same heads."""
        present, copy = self.open_storage(), in_memory_storage()
        for record in present.log.read(f"audit/{chain}")[:-1]:
            copy.log.append(f"audit/{chain}", record)
        shorter = replace(present, log=copy.log)
        self.open_storage = lambda: shorter

    def entries(self, chain: str = CHAIN) -> tuple[StoredEntry, ...]:
        return all_entries(self.reading(chain)).entries

    def results(self, chain: str = CHAIN) -> list[str]:
        """How each entry of the chain ended, in a word."""
        return [str(each.entry.result.kind) for each in self.entries(chain)]

    def grow(self, acts: int, *, chain: str = CHAIN, prefix: str = "act") -> None:
        """Append so many acts, two entries each."""
        trail = self.trail()
        for number in range(acts):
            self.clock.advance(1)
            trail.record(chain, act(f"{prefix}_{number}"), lambda: None)

    def export(self, chain: str = CHAIN) -> bytes:
        return export(self.reading(chain), now=self.clock.now())

    def verdict(self, chain: str = CHAIN) -> Verdict:
        return verdict_on(self.export(chain))


def verdict_on(content: bytes, *keys: str) -> Verdict:
    """What the verification of an export says."""
    found = read_export(content)
    return verify(found.copy, trusted_keys=keys, found_before=found.faults)


def kinds(verdict: Verdict) -> set[FindingKind]:
    return {each.kind for each in verdict.findings}
