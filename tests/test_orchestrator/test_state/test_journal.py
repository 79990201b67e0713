"""Journal entries: what is accepted, what is refused, and how they are put together."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from journals import Entry, batch, begin, deployment, entry, parsed, resource, success
from orchestrator.state.errors import JournalEntryError
from orchestrator.state.journal import (
    MAX_NESTING,
    JournalEntryKind,
    merge_entries,
    missing_sequence_ids,
    parse_batch,
)

pytestmark = pytest.mark.thorough

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)
ALL_FIELDS = {
    **success(1, 1, deleteOld=0, deleteNew=1, isRefresh=True, state=resource("a")),
    **begin(1, 1, "creating", name="a"),
    **{"secretsProvider": {}, "newSnapshot": {}, "snippets": [], "extensionRef": "r"},
}
FIELDS = st.sampled_from(list(ALL_FIELDS))
NEAR_ENTRIES = st.builds(
    lambda raw, changes: {**raw, **changes},
    st.sampled_from(
        [
            begin(1, 1, "creating", name="a"),
            success(2, 1, state=resource("a", dependencies=[], propertyDependencies={})),
            entry(JournalEntryKind.WRITE, 3, newSnapshot=deployment(resource("b"))),
        ]
    ),
    st.dictionaries(FIELDS, JSON, max_size=3),
)


def nested(levels: int) -> Any:
    value: Any = []
    for _ in range(levels - 1):
        value = [value]
    return value


def changed(raw: Entry, **fields: Any) -> Entry:
    return {**raw, **fields}


def without(raw: Entry, name: str) -> Entry:
    return {key: value for key, value in raw.items() if key != name}


def test_an_entry_is_parsed_into_its_fields() -> None:
    """Each field of the protocol is there, and the raw entry is kept whole."""
    raw = success(7, 3, removeOld=0, removeNew=2, deleteOld=4, isRefresh=True, state=resource("a"))

    (parsed_entry,) = parse_batch(batch(raw))

    assert parsed_entry.kind is JournalEntryKind.SUCCESS
    assert (parsed_entry.sequence_id, parsed_entry.operation_id) == (7, 3)
    assert parsed_entry.remove_old == 0
    assert parsed_entry.old_indexes == (0, 4)
    assert parsed_entry.new_operations == (2,)
    assert parsed_entry.is_refresh
    assert parsed_entry.state == resource("a")
    assert parsed_entry.raw == raw


def test_unknown_fields_are_kept() -> None:
    """What a newer engine adds to an entry or a state stays in the raw entry."""
    raw = success(1, 1, state=resource("a", novelty={"x": 1}), other="new")

    assert parsed(raw)[0].raw == raw


@pytest.mark.parametrize("body", [b"{}", b'{"entries":null}', b'{"entries":[]}'])
def test_an_empty_batch_has_no_entries(body: bytes) -> None:
    """A batch without entries is accepted."""
    assert parse_batch(body) == ()


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b'"entries"', b'{"entries":{}}', b'{"entries":[1]}', b"\xff\xfe"]
)
def test_a_body_that_is_no_batch_is_refused(body: bytes) -> None:
    """The body must be an object with a list of objects."""
    with pytest.raises(JournalEntryError):
        parse_batch(body)


@pytest.mark.parametrize(
    "raw",
    [
        changed(success(1, 1), kind=10),
        changed(success(1, 1), kind=-1),
        changed(success(1, 1), kind=True),
        changed(success(1, 1), kind="1"),
        without(success(1, 1), "kind"),
        changed(success(1, 1), version=2),
        changed(success(1, 1), version=0),
        without(success(1, 1), "version"),
    ],
)
def test_unknown_kinds_and_versions_are_refused(raw: Entry) -> None:
    """An entry that this service does not understand is refused, never passed over."""
    with pytest.raises(JournalEntryError):
        parsed(raw)


@pytest.mark.parametrize(
    "raw",
    [
        changed(success(1, 1), sequenceID=0),
        changed(success(1, 1), sequenceID=1.0),
        changed(success(1, 1), sequenceID=2**63),
        without(success(1, 1), "sequenceID"),
        changed(success(1, 1), operationID=0),
        changed(success(1, 1), operationID=None),
        without(success(1, 1), "operationID"),
        without(entry(JournalEntryKind.WRITE, 1, newSnapshot={}), "operationID"),
        success(1, 1, removeOld=-1),
        success(1, 1, removeOld=False),
        success(1, 1, removeNew=0),
        success(1, 1, deleteNew="1"),
        success(1, 1, pendingReplacementOld=[1]),
        success(1, 1, isRefresh=1),
    ],
)
def test_ids_must_be_integers_in_range(raw: Entry) -> None:
    """Missing, negative, fractional and textual ids are refused."""
    with pytest.raises(JournalEntryError):
        parsed(raw)


@pytest.mark.parametrize(
    "state",
    [
        "text",
        {},
        resource("a", urn=None),
        resource("a", urn="a"),
        resource("a", type=1),
        resource("a", custom="yes"),
        resource("a", parent=[]),
        resource("a", dependencies="a"),
        resource("a", dependencies=[1]),
        resource("a", propertyDependencies=[]),
        resource("a", propertyDependencies={"x": "a"}),
        resource("a", provider={}),
        resource("a", aliases=[None]),
        resource("a", delete=1),
    ],
)
def test_states_of_the_wrong_form_are_refused(state: Any) -> None:
    """The fields of a state that the fold works with must have their types."""
    for raw in (
        success(1, 1, state=state),
        entry(JournalEntryKind.BEGIN, 1, 1, operation={"type": "creating", "resource": state}),
        entry(JournalEntryKind.WRITE, 1, newSnapshot={"resources": [state]}),
    ):
        with pytest.raises(JournalEntryError):
            parsed(raw)


@pytest.mark.parametrize(
    "raw",
    [
        entry(JournalEntryKind.WRITE, 1),
        entry(JournalEntryKind.WRITE, 1, newSnapshot=[]),
        entry(JournalEntryKind.WRITE, 1, newSnapshot={"manifest": {"version": 3}}),
        entry(JournalEntryKind.WRITE, 1, newSnapshot={"pending_operations": [{"type": "x"}]}),
        entry(JournalEntryKind.SECRETS_MANAGER, 1, secretsProvider="awskms"),
        entry(JournalEntryKind.SECRETS_MANAGER, 1, secretsProvider={"state": {}}),
        entry(JournalEntryKind.EXTENSION_PARAMETERIZE, 1, 1),
        entry(JournalEntryKind.EXTENSION_PARAMETERIZE, 1, 1, extensionRef="r", extension="e"),
        entry(JournalEntryKind.SNIPPETS, 1, snippets={}),
        entry(JournalEntryKind.SNIPPETS, 1, snippets=[{"references": {"a": 1}}]),
        entry(JournalEntryKind.BEGIN, 1, 1, operation={"resource": resource("a")}),
    ],
)
def test_each_kind_needs_its_own_contents(raw: Entry) -> None:
    """What an entry of a kind must carry is there, in the right form, or it is refused."""
    with pytest.raises(JournalEntryError):
        parsed(raw)


@pytest.mark.parametrize("kind", list(JournalEntryKind))
def test_every_kind_is_accepted(kind: JournalEntryKind) -> None:
    """An entry of each kind with its contents is accepted."""
    contents = {"newSnapshot": {}, "extensionRef": "r", "extension": {"name": "e"}}

    assert parsed(entry(kind, 1, 1, **contents))[0].kind is kind


def test_nesting_is_limited() -> None:
    """An entry too deep to be read again from everywhere is refused; a deep one is not."""
    parsed(success(1, 1, state=resource("a", inputs=nested(MAX_NESTING - 5))))

    with pytest.raises(JournalEntryError, match="nested"):
        parsed(success(1, 1, state=resource("a", inputs=nested(MAX_NESTING))))


def test_a_refusal_names_the_entry_and_not_its_contents() -> None:
    """The error says which entry and field it is about; no value of the state is in it."""
    raw = success(41, 1, state=resource("a", inputs={"password": "s3cret"}, parent=7))

    with pytest.raises(JournalEntryError, match="41.*parent") as refusal:
        parsed(raw)

    assert "s3cret" not in str(refusal.value)
    assert "s3cret" not in repr(parsed(success(1, 1, state=resource("a", inputs={"p": "s3cret"}))))


def test_the_digest_tells_entries_apart() -> None:
    """Entries with the same contents share a digest, in whatever order the keys come."""
    raw = success(1, 1, state=resource("a", inputs={"size": 1.5}))
    reordered = dict(reversed(raw.items()))
    other = success(1, 1, state=resource("a", inputs={"size": 1.25}))

    assert parsed(raw)[0].digest == parsed(reordered)[0].digest
    assert parsed(raw)[0].digest != parsed(other)[0].digest


@given(order=st.permutations(range(8)), repeated=st.lists(st.integers(0, 7)))
def test_entries_are_merged_in_order_and_once(order: list[int], repeated: list[int]) -> None:
    """However entries arrive and are repeated, they come out by sequence id, each once."""
    entries = parsed(*(success(number + 1, number + 1) for number in range(8)))

    merged = merge_entries(entries[number] for number in [*order, *repeated])

    assert merged == entries


def test_two_entries_with_one_sequence_id_conflict() -> None:
    """The same sequence id with other contents is refused."""
    with pytest.raises(JournalEntryError, match="entry 5"):
        merge_entries(parsed(success(5, 1), success(5, 2)))


@given(ids=st.sets(st.integers(1, 60)))
def test_missing_ids_are_the_holes_below_the_last(ids: set[int]) -> None:
    """What is present and what is missing make up all ids from 1 to the last, without overlap."""
    gaps = missing_sequence_ids(parsed(*(success(number, 1) for number in ids)))

    missing = [number for gap in gaps for number in gap]
    assert sorted([*ids, *missing]) == list(range(1, max(ids, default=0) + 1))


def test_a_huge_hole_costs_nothing() -> None:
    """A sequence id near the limit does not make the service count up to it."""
    assert missing_sequence_ids(parsed(success(2**63 - 1, 1))) == (range(1, 2**63 - 1),)


@given(body=st.binary() | JSON.map(lambda value: json.dumps(value).encode()))
def test_any_body_is_parsed_or_refused(body: bytes) -> None:
    """Parsing raises nothing but JournalEntryError, whatever the bytes."""
    try:
        parse_batch(body)
    except JournalEntryError:
        return


@given(entries=st.lists(NEAR_ENTRIES, max_size=4))
def test_damaged_entries_are_parsed_or_refused(entries: list[Entry]) -> None:
    """Parsing raises nothing but JournalEntryError for entries with random fields."""
    try:
        accepted = parse_batch(batch(*entries))
    except JournalEntryError:
        return
    assert [one.raw for one in accepted] == json.loads(batch(*entries))["entries"]
