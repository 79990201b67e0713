"""Pages of a chain and of its heads, and their JSON."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from audit_site import CHAIN, AuditSite, act
from orchestrator.audit.acts import DONE
from orchestrator.audit.errors import AuditDamagedError
from orchestrator.audit.pages import (
    all_entries,
    all_heads,
    entry_page,
    entry_page_document,
    head_page,
    head_page_document,
)
from orchestrator.audit.stores.object_anchors import ObjectAnchors

JSON = some.recursive(
    some.none() | some.booleans() | some.integers() | some.text(max_size=5),
    lambda inner: some.lists(inner, max_size=3) | some.dictionaries(some.text(max_size=5), inner),
    max_leaves=8,
)


def test_a_chain_that_was_never_begun(site: AuditSite) -> None:
    """Nothing is a page as well."""
    assert site.reading().entries().entries == ()
    assert site.reading().heads().heads == ()
    assert site.verdict().is_intact


@pytest.mark.parametrize("limit", [1, 2, 3, 4, 5, 10])
def test_pages_go_back_to_the_beginning(site: AuditSite, limit: int) -> None:
    """The newest page comes first, each in the order of the chain; none is missing or doubled."""
    for number in range(5):
        site.trail().note(CHAIN, act(f"act-{number}"), DONE)
    reading, before, found = site.reading(), 0, list[int]()

    while True:
        page = reading.entries(before=before, limit=limit)
        found = [*(each.entry.number for each in page.entries), *found]
        assert len(page.entries) <= limit
        before = page.next_before
        if not before:
            break

    assert found == [1, 2, 3, 4, 5]


@pytest.mark.parametrize("limit", [1, 2, 5])
def test_a_page_keeps_a_fork_together(limit: int) -> None:
    """Heads of one number are on one page, so that nobody misses that there are two."""
    one, two = AuditSite(), AuditSite()
    for site, prefix in ((one, "one"), (two, "two")):
        for _ in range(3):
            site.grow(1, prefix=prefix)
            signed = site.anchoring().anchor(CHAIN)
            assert signed
            ObjectAnchors(one.open_storage().objects).keep(signed)

    reading, before, found = one.reading(), 0, list[int]()
    while True:
        page = reading.heads(before=before, limit=limit)
        found.extend(each.head.number for each in page.heads)
        before = page.next_before
        if not before:
            break

    assert found == [6, 6, 4, 4, 2, 2]
    assert [each.head.number for each in all_heads(reading).heads] == found


def test_pages_survive_json(site: AuditSite) -> None:
    """What the API answers is read as what it was."""
    site.grow(2)
    site.anchoring().anchor(CHAIN)
    entries, heads = site.reading().entries(limit=3), site.reading().heads()

    assert entry_page(entry_page_document(entries)) == entries
    assert head_page(head_page_document(heads)) == heads
    assert len(all_entries(site.reading()).entries) == 4


def test_an_entry_with_the_hash_of_another_is_refused(site: AuditSite) -> None:
    """A page whose entry is not the one that its hash is of names chain and entry."""
    site.grow(1)
    document = entry_page_document(site.reading().entries())
    document["entries"][0]["hash"] = "0" * 64

    with pytest.raises(AuditDamagedError, match=f"entry 1 of audit chain {CHAIN}"):
        entry_page(document)


@given(chain=JSON, items=JSON, cursor=JSON)
def test_any_document_is_a_page_or_refused(chain: Any, items: Any, cursor: Any) -> None:
    """Whatever a server answers, it is a page, or the audit's own error."""
    for read, name in ((entry_page, "entries"), (head_page, "heads")):
        try:
            page = read({"chain": chain, name: items, "next_before": cursor})
        except AuditDamagedError:
            continue
        assert (page.chain, items, page.next_before) == (chain, [], cursor)
