"""An export is tampered with, and the verification says how and where."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as some

from audit_site import CHAIN, OTHER_CHAIN, AuditSite, kinds, session_signer, verdict_on
from audit_tampering import (
    Line,
    entries_in,
    lines_of,
    rechained,
    rehashed,
    with_entry,
    without_entries,
    written,
)
from orchestrator.audit.entries import encode_entry
from orchestrator.audit.errors import AuditFileError
from orchestrator.audit.findings import FindingKind, Verdict
from orchestrator.audit.heads import key_id_of
from orchestrator.audit.stores.local_signer import LocalSigner, new_private_key
from orchestrator.audit.stores.log_chains import LogChains
from orchestrator.audit.stores.object_anchors import ObjectAnchors

ENTRIES = 8


def anchored_site() -> AuditSite:
    """Eight entries, anchored after the fourth and after the last."""
    site = AuditSite()
    site.grow(2)
    site.anchoring().anchor(CHAIN)
    site.grow(2)
    site.anchoring().anchor(CHAIN)
    return site


@pytest.fixture(scope="module")
def content() -> bytes:
    return anchored_site().export()


@pytest.fixture
def lines(content: bytes) -> list[Line]:
    return lines_of(content)


def expect(verdict: Verdict, kind: FindingKind, number: int) -> None:
    """The finding is among those of the verdict, and names chain and entry."""
    found = [each for each in verdict.findings if (each.kind, each.number) == (kind, number)]
    assert found, verdict.findings
    assert CHAIN in str(found[0])
    assert f"entry {number} " in str(found[0])


def test_the_untouched_verifies(content: bytes, lines: list[Line]) -> None:
    """An export as it was written has no findings, and is signed to its end."""
    verdict = verdict_on(content)

    assert verdict.is_intact
    assert (verdict.entry_count, verdict.anchored_to) == (ENTRIES, ENTRIES)
    assert verdict.key_ids == (key_id_of(session_signer().public_key()),)
    assert written(lines) == content


@pytest.mark.parametrize("number", range(1, ENTRIES + 1))
def test_flipped(lines: list[Line], number: int) -> None:
    """A changed entry is found by its hash."""
    expect(verdict_on(written(with_entry(lines, number, why="none"))), FindingKind.FLIPPED, number)


@pytest.mark.parametrize("number", range(1, ENTRIES))
def test_flipped_with_its_hash(lines: list[Line], number: int) -> None:
    """A changed entry with a hash that fits is found by its successor."""
    changed = [
        rehashed(line) if line["type"] == "entry" else line
        for line in with_entry(lines, number, why="none")
    ]

    expect(verdict_on(written(changed)), FindingKind.FLIPPED, number)


@pytest.mark.parametrize("number", range(1, ENTRIES))
def test_omitted(lines: list[Line], number: int) -> None:
    """An entry that is missing among others is named."""
    expect(verdict_on(written(without_entries(lines, number))), FindingKind.OMITTED, number)


def test_omitted_and_renumbered(lines: list[Line]) -> None:
    """Closing the gap and chaining anew does not help: a signed head has seen another entry."""
    rest = without_entries(lines, 3)
    for line in entries_in(rest)[2:]:
        line["entry"]["number"] -= 1

    verdict = verdict_on(written(rechained(rest)))

    expect(verdict, FindingKind.ROLLED_BACK, 4)
    expect(verdict, FindingKind.TRUNCATED, 8)


@pytest.mark.parametrize("first", range(1, ENTRIES))
def test_reordered(lines: list[Line], first: int) -> None:
    """Two entries that changed places are found."""
    lines[first], lines[first + 1] = lines[first + 1], lines[first]

    expect(verdict_on(written(lines)), FindingKind.REORDERED, first)


@pytest.mark.parametrize("cut", range(1, ENTRIES))
def test_truncated(lines: list[Line], cut: int) -> None:
    """Entries that are missing at the end are found by the signed head that has seen them."""
    gone = range(ENTRIES - cut + 1, ENTRIES + 1)

    verdict = verdict_on(written(without_entries(lines, *gone)))

    expect(verdict, FindingKind.TRUNCATED, ENTRIES)
    assert verdict.anchored_to == (4 if cut <= 4 else 0)


def test_rolled_back() -> None:
    """A chain that was set back and went on from there is another one than the head has seen."""
    site = anchored_site()
    seen = [line for line in lines_of(site.export()) if line["type"] == "head"]
    set_back = AuditSite(make_id=lambda: "ff")
    set_back.grow(2)
    set_back.grow(3, prefix="instead")
    history = [line for line in lines_of(set_back.export()) if line["type"] != "head"]

    verdict = verdict_on(written([*history, *seen]))

    expect(verdict, FindingKind.ROLLED_BACK, 8)


def test_rolled_back_in_the_store() -> None:
    """The same, found by who reads the store itself: the table of an old backup, the heads kept."""
    site, old_backup = anchored_site(), AuditSite()
    old_backup.grow(2)
    old_backup.grow(4, prefix="instead")
    chains = LogChains(old_backup.open_storage().log)
    anchors = ObjectAnchors(site.open_storage().objects)
    for signed in tuple(anchors.newest_first(CHAIN)):
        ObjectAnchors(old_backup.open_storage().objects).keep(signed)

    assert chains.last(CHAIN) is not None
    expect(old_backup.verdict(), FindingKind.ROLLED_BACK, 8)


def test_forked(lines: list[Line]) -> None:
    """Two entries that follow the same one are found."""
    twin = rehashed({**lines[5], "entry": {**lines[5]["entry"], "why": "another history"}})

    expect(verdict_on(written([*lines[:6], twin, *lines[6:]])), FindingKind.FORKED, 5)


def test_forked_heads() -> None:
    """Two signed heads of one number and different content prove that the chain was forked."""
    one, two = AuditSite(), AuditSite()
    one.grow(2)
    two.grow(2, prefix="other")
    signed = two.anchoring().anchor(CHAIN)
    assert signed
    one.anchoring().anchor(CHAIN)
    ObjectAnchors(one.open_storage().objects).keep(signed)

    expect(one.verdict(), FindingKind.FORKED, 4)


def test_an_entry_of_another_chain(lines: list[Line]) -> None:
    """An entry that was written for another stack is found."""
    moved = rechained(with_entry(lines, 8, chain=OTHER_CHAIN), after=7)

    expect(verdict_on(written(moved)), FindingKind.FOREIGN, 8)


def test_a_head_of_another_chain(lines: list[Line]) -> None:
    """A genuine head of another stack's chain does not count for this one."""
    other = AuditSite()
    other.grow(4, chain=OTHER_CHAIN)
    other.anchoring().anchor(OTHER_CHAIN)
    heads = [line for line in lines_of(other.export(OTHER_CHAIN)) if line["type"] == "head"]

    assert kinds(verdict_on(written([*lines, *heads]))) == {FindingKind.FOREIGN}


@pytest.mark.parametrize("field", ["number", "hash", "at", "key_id"])
def test_a_changed_head(lines: list[Line], field: str) -> None:
    """A head whose content was changed is not what was signed."""
    head = lines[-1]["signed"]["head"]
    head[field] = {
        "number": 7,
        "hash": "0" * 64,
        "at": "2025-03-02T00:00:00.000Z",
        "key_id": "0" * 64,
    }[field]

    assert FindingKind.FORGED in kinds(verdict_on(written(lines)))


def test_another_key() -> None:
    """Heads of a key that is not the expected one are found, and so is that none is."""
    site = AuditSite()
    site.grow(1)
    site.anchoring(signer=LocalSigner(new_private_key())).anchor(CHAIN)
    ours = key_id_of(session_signer().public_key())

    assert kinds(verdict_on(site.export())) == set()
    assert kinds(verdict_on(site.export(), ours)) == {FindingKind.UNTRUSTED}
    assert verdict_on(site.export(), ours).anchored_to == 0


def test_no_heads_left(lines: list[Line]) -> None:
    """Without any head nothing is wrong, but nothing is proved; who names a key is told."""
    bare = written([line for line in lines if line["type"] != "head"])

    assert verdict_on(bare).anchored_to == 0
    expected = key_id_of(session_signer().public_key())
    assert kinds(verdict_on(bare, expected)) == {FindingKind.UNTRUSTED}


def test_a_whole_history_rewritten(lines: list[Line]) -> None:
    """Who chains all of it anew, and the file too, is betrayed by the signed heads."""
    rewritten = rechained(with_entry(lines, 1, why="nothing to see"))

    verdict = verdict_on(written(rewritten))

    expect(verdict, FindingKind.ROLLED_BACK, 4)
    expect(verdict, FindingKind.ROLLED_BACK, 8)


def test_what_is_behind_the_last_head_is_told() -> None:
    """Entries that no head has seen yet are chained; the verdict says how far the proof goes."""
    site = anchored_site()
    site.grow(1)

    verdict = site.verdict()

    assert verdict.is_intact
    assert (verdict.entry_count, verdict.anchored_to) == (10, 8)


@pytest.mark.parametrize("bad", [b"", b"\n", b"{}\n", b"[]\n", b"not an export\n", b"\xff\n"])
def test_what_is_no_export(bad: bytes) -> None:
    """A file of something else is refused as such."""
    with pytest.raises(AuditFileError):
        verdict_on(bad)


def is_found(tampered: bytes) -> bool:
    try:
        return not verdict_on(tampered).is_intact
    except AuditFileError:
        return True


@given(data=some.data())
def test_any_changed_bytes_are_found(data: some.DataObject, content: bytes) -> None:
    """Whatever bytes are changed, put in, or taken out, and wherever: it is found."""
    start = data.draw(some.integers(0, len(content)))
    end = data.draw(some.integers(start, min(len(content), start + 40)))
    tampered = content[:start] + data.draw(some.binary(max_size=8)) + content[end:]
    if tampered != content:
        assert is_found(tampered)


@given(seed=some.integers(0, 2**32), times=some.integers(1, 3))
def test_any_careful_change_is_found(seed: int, times: int, content: bytes) -> None:
    """Lines moved, doubled, dropped, changed, hashed and chained anew, the file too: it is found.

    Only who drops the newest heads with the entries that they have seen leaves an older truth.
    """
    chance = random.Random(seed)
    before = lines_of(content)
    lines = lines_of(content)
    for _ in range(times):
        lines = _changed(lines, chance)
    if chance.random() < 0.5:
        lines = rechained(lines)
    if [line for line in lines if line["type"] == "entry"] == entries_in(before):
        return

    assert is_found(written(lines))


def _changed(lines: list[Line], chance: random.Random) -> list[Line]:
    entries = [place for place, line in enumerate(lines) if line["type"] == "entry"]
    place, other = chance.choice(entries), chance.choice(entries)
    match chance.randrange(5):
        case 0:
            return [*lines[:place], *lines[place + 1 :]]
        case 1:
            lines[place], lines[other] = lines[other], lines[place]
        case 2:
            return [*lines[:place], lines[other], *lines[place:]]
        case 3:
            fact = chance.choice(["why", "subject", "operation", "id"])
            lines[place] = {**lines[place], "entry": {**lines[place]["entry"], fact: "changed"}}
        case _:
            number = chance.randrange(1, ENTRIES + 2)
            lines[place] = {**lines[place], "entry": {**lines[place]["entry"], "number": number}}
    return lines


def test_entries_are_as_the_store_has_them(lines: list[Line]) -> None:
    """What is exported is what was hashed: the canonical bytes of each entry."""
    site = anchored_site()

    assert [encode_entry(each.entry) for each in site.entries()] == [
        record.body for record in LogChains(site.open_storage().log).read(CHAIN)
    ]
    assert len(entries_in(lines)) == ENTRIES
