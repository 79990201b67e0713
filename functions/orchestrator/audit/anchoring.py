"""Anchors a chain's head: from then on what is before it can't be changed without a trace.

A chain's head stands for all its entries, so that an anchor which was missed, by a crash or an
outage, is made good by the next one, whoever makes it.
"""

from hoist.clock import Clock
from hoist.errors import HoistError
from orchestrator.audit.anchors import Anchors
from orchestrator.audit.chains import INSTALLATION, Chains
from orchestrator.audit.entries import stored_entry, whole_milliseconds
from orchestrator.audit.heads import Head, SignedHead, Signer, key_id_of
from orchestrator.audit.trail import Loss, OnLost
from orchestrator.runs.records import Run

ANCHORED = "anchored"
"""What a loss is of that concerns a head, as if it were an operation."""


class HeadAnchoring:
    """Signs and anchors heads."""

    def __init__(self, chains: Chains, anchors: Anchors, signer: Signer, *, clock: Clock) -> None:
        self._chains = chains
        self._anchors = anchors
        self._signer = signer
        self._clock = clock
        # What this process has anchored last: signing it again would say nothing new.
        self._kept: dict[str, SignedHead] = {}

    def anchor(self, chain: str) -> SignedHead | None:
        """Anchor the chain as it is now; None if it has no entry. May be repeated.

        Raises AuditDamagedError, StoreUnavailableError and its like.
        """
        last = self._chains.last(chain)
        if last is None:
            return None
        last_hash = stored_entry(last.body).hash
        kept = self._kept.get(chain)
        if kept is None or kept.head.hash != last_hash:
            kept = self._signed(chain, last.slot, last_hash)
            self._anchors.keep(kept)
            self._kept[chain] = kept
        return kept

    def _signed(self, chain: str, number: int, last_hash: str) -> SignedHead:
        public_key = self._signer.public_key()
        head = Head(
            chain=chain,
            number=number,
            hash=last_hash,
            at=whole_milliseconds(self._clock.now()),
            key_id=key_id_of(public_key),
        )
        return SignedHead(head, self._signer.sign(head.digest), public_key)


class AnchoringAtRunEnd:
    """Anchors the chain of a run's stack once the run is over, and the installation's with it.

    What fails is told, and left to the next run.
    """

    def __init__(self, anchoring: HeadAnchoring, *, on_lost: OnLost) -> None:
        self._anchoring = anchoring
        self._on_lost = on_lost

    def __call__(self, run: Run) -> None:
        # What belongs to no stack has no runs of its own.
        for chain in (run.stack_id, INSTALLATION):
            try:
                self._anchoring.anchor(chain)
            except HoistError as error:
                self._on_lost(Loss(chain, ANCHORED, error))
