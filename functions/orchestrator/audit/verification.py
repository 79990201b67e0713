"""Compares the copy of a chain with itself and with its signed heads; needs no server.

    entry      hash of its content       next entry's `previous`      signed head of its number
    changed    differs                   differs, if hash is renewed  differs, if all are renewed

What is behind the last signed head could have been rewritten as a whole: `anchored_to` tells it.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from orchestrator.audit.acts import ResultKind
from orchestrator.audit.entries import GENESIS, Entry
from orchestrator.audit.findings import Finding, FindingKind, Verdict
from orchestrator.audit.heads import SignedHead
from orchestrator.audit.signatures import is_genuine


@dataclass(frozen=True, slots=True)
class CopiedEntry:
    """An entry as it was found, with the hash of its bytes and the one that is told of it."""

    entry: Entry
    hash: str
    told_hash: str


@dataclass(frozen=True, slots=True)
class ChainCopy:
    """All of a chain, in the order in which it was found."""

    chain: str
    entries: Sequence[CopiedEntry]
    heads: Sequence[SignedHead]


def verify(
    copy: ChainCopy,
    *,
    trusted_keys: Collection[str] = (),
    found_before: Sequence[Finding] = (),
) -> Verdict:
    """Every way in which the copy is not what was written.

    With `trusted_keys`, heads signed by others are findings; `found_before` is what was wrong with
    where the copy comes from.
    """
    check = _Check(copy, frozenset(trusted_keys))
    findings = (*check.contents(), *check.order(), *check.links(), *check.forks(), *check.anchors())
    return Verdict(
        chain=copy.chain,
        entry_count=len(copy.entries),
        anchored_to=check.anchored_to(),
        key_ids=tuple(sorted({each.head.key_id for each in check.genuine})),
        unfinished=_unfinished(copy.entries),
        # What is wrong with one entry tells more than that the whole is not as it was.
        findings=(*findings, *found_before),
    )


class _Check:
    def __init__(self, copy: ChainCopy, trusted_keys: frozenset[str]) -> None:
        self._copy = copy
        self._trusted_keys = trusted_keys
        self._by_number: Mapping[int, CopiedEntry] = {
            each.entry.number: each for each in reversed(copy.entries)
        }
        self.genuine = frozenset(each for each in copy.heads if self._is_good(each))

    def contents(self) -> Iterator[Finding]:
        for each in self._copy.entries:
            number = each.entry.number
            if each.hash != each.told_hash:
                yield self._finding(FindingKind.FLIPPED, number, "its hash is of other content")
            if each.entry.chain != self._copy.chain:
                yield self._finding(FindingKind.FOREIGN, number, f"it is of {each.entry.chain}")

    def order(self) -> Iterator[Finding]:
        numbers = [each.entry.number for each in self._copy.entries]
        for number, times in Counter(numbers).items():
            if times > 1:
                yield self._finding(FindingKind.FORKED, number, f"it is there {times} times")
        missing = set(range(1, max(numbers, default=0))) - set(numbers)
        for number in sorted(missing):
            yield self._finding(FindingKind.OMITTED, number, "it is missing")
        for before, after in zip(numbers, numbers[1:], strict=False):
            if after < before:
                yield self._finding(FindingKind.REORDERED, after, f"it comes after entry {before}")

    def links(self) -> Iterator[Finding]:
        for number, each in sorted(self._by_number.items()):
            previous = self._by_number.get(number - 1)
            if number == 1 and each.entry.previous != GENESIS:
                yield self._finding(FindingKind.FLIPPED, 1, "it is not the first of a chain")
            if previous is not None and each.entry.previous != previous.hash:
                message = f"entry {number} was written after another one"
                yield self._finding(FindingKind.FLIPPED, number - 1, message)

    def forks(self) -> Iterator[Finding]:
        hashes = {(each.head.number, each.head.hash) for each in self.genuine}
        for number, count in Counter(number for number, _ in hashes).items():
            if count > 1:
                message = f"{count} heads of different content are signed"
                yield self._finding(FindingKind.FORKED, number, message)

    def anchors(self) -> Iterator[Finding]:
        keys = {each.head.key_id for each in self.genuine}
        if self._trusted_keys and self._copy.entries and not keys & self._trusted_keys:
            yield self._finding(FindingKind.UNTRUSTED, 0, "no head is signed by an expected key")
        for each in self._copy.heads:
            found = self._fault_of(each)
            if found is not None:
                yield found

    def anchored_to(self) -> int:
        fitting = [each.head.number for each in self.genuine if self._fault_of(each) is None]
        return max(fitting, default=0)

    def _is_good(self, signed: SignedHead) -> bool:
        return signed.head.chain == self._copy.chain and is_genuine(signed)

    def _fault_of(self, signed: SignedHead) -> Finding | None:
        head = signed.head
        if head.chain != self._copy.chain:
            return self._finding(FindingKind.FOREIGN, 0, f"a head is of {head.chain}")
        if signed not in self.genuine:
            return self._finding(FindingKind.FORGED, head.number, "its head's signature is wrong")
        if self._trusted_keys and head.key_id not in self._trusted_keys:
            message = f"its head is signed by key {head.key_id}"
            return self._finding(FindingKind.UNTRUSTED, head.number, message)
        return self._contradiction(signed)

    def _contradiction(self, signed: SignedHead) -> Finding | None:
        """How the entries contradict a genuine head."""
        number, found = signed.head.number, self._by_number.get(signed.head.number)
        if found is not None and found.hash != signed.head.hash:
            message = "it is another one than the signed head has seen"
            return self._finding(FindingKind.ROLLED_BACK, number, message)
        last = max(self._by_number, default=0)
        if number > last:
            message = f"a signed head has seen it, and the chain ends with entry {last}"
            return self._finding(FindingKind.TRUNCATED, number, message)
        return None

    def _finding(self, kind: FindingKind, number: int, message: str) -> Finding:
        return Finding(kind, self._copy.chain, number, message)


def _unfinished(entries: Sequence[CopiedEntry]) -> tuple[int, ...]:
    begun = {each.entry.number for each in entries if each.entry.result.kind is ResultKind.BEGUN}
    return tuple(sorted(begun - {each.entry.result.begun_at for each in entries}))
