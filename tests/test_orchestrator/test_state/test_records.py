"""Records of stacks and updates, and their documents."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestrator.state.errors import CorruptStateError, RecordChangedError, StateConflictError
from orchestrator.state.ids import new_stack_id, new_token, new_update_id, token_digest
from orchestrator.state.names import StackName
from orchestrator.state.record_changes import MAX_WRITE_ATTEMPTS, change_record
from orchestrator.state.record_documents import document_of, stack_in, update_in
from orchestrator.state.records import (
    ActiveUpdate,
    Base,
    ConfigValue,
    Holder,
    SecretsProvider,
    StackRecord,
    UpdateKind,
    UpdateRecord,
    UpdateStatus,
)
from orchestrator.state.storage import Document, Record, RecordKey
from storages import NOON, memory_opener

TEXTS = st.text(max_size=20)
TIMES = st.datetimes(timezones=st.just(UTC))
COUNTS = st.integers(0, 2**53)
PROVIDERS = st.builds(SecretsProvider, TEXTS, TEXTS)
BASES = st.builds(Base, TEXTS, TEXTS)
KINDS = st.sampled_from(UpdateKind)
ACTIVE = st.builds(
    ActiveUpdate,
    update_id=TEXTS,
    kind=KINDS,
    started_at=TIMES,
    lease_ends_at=TIMES,
    holder=st.builds(Holder, TEXTS, TEXTS, COUNTS, TEXTS),
    base=BASES,
    token_digest=TEXTS,
)
STACKS = st.builds(
    StackRecord,
    id=TEXTS,
    name=st.just(StackName("shop", "dev")),
    created_at=TIMES,
    version=COUNTS,
    tags=st.dictionaries(TEXTS, TEXTS, max_size=3),
    config=st.dictionaries(TEXTS, st.builds(ConfigValue, TEXTS, st.booleans()), max_size=3),
    secrets=st.none() | PROVIDERS,
    active=st.none() | ACTIVE,
    last_update_id=TEXTS,
    conflict_update_id=TEXTS,
    is_being_deleted=st.booleans(),
)
UPDATES = st.builds(
    UpdateRecord,
    id=TEXTS,
    stack_id=TEXTS,
    kind=KINDS,
    is_dry_run=st.booleans(),
    created_at=TIMES,
    status=st.sampled_from(UpdateStatus),
    version=COUNTS,
    token_digest=TEXTS,
    base=BASES,
    secrets=st.none() | PROVIDERS,
    message=TEXTS,
    environment=st.dictionaries(TEXTS, TEXTS, max_size=3),
    engine_version=TEXTS,
    config_digest=TEXTS,
    started_at=st.none() | TIMES,
    ended_at=st.none() | TIMES,
    resource_changes=st.dictionaries(TEXTS, COUNTS, max_size=3),
    checkpoint_version_id=TEXTS,
    reason=TEXTS,
)
KEY = RecordKey("p", "s")


@given(stack=STACKS)
def test_stack_comes_back(stack: StackRecord) -> None:
    """A stack that was stored is the same when it is read."""
    assert stack_in(_stored(document_of(stack))) == stack


@given(update=UPDATES)
def test_update_comes_back(update: UpdateRecord) -> None:
    """An update as well."""
    assert update_in(_stored(document_of(update))) == update


@pytest.mark.parametrize("found", [{}, {"format": 0}, {"format": 2}, {"format": "1"}], ids=str)
def test_other_format_is_refused(found: Document) -> None:
    """A document of another format is not misread."""
    for read in (stack_in, update_in):
        with pytest.raises(CorruptStateError, match="format"):
            read(found)


def test_final_statuses() -> None:
    """An update that was created or runs has not ended; every other has."""
    assert {status for status in UpdateStatus if not status.is_final} == {
        UpdateStatus.CREATED,
        UpdateStatus.RUNNING,
    }


def test_opened() -> None:
    """What an update knows of its opening is what the stack says of it."""
    update = UpdateRecord("upd-1", "stk", UpdateKind.UPDATE, False, NOON)
    active = ActiveUpdate("upd-1", UpdateKind.UPDATE, NOON, NOON, base=Base("e", "v"))
    stack = StackRecord(
        "stk", StackName("shop", "dev"), NOON, secrets=SecretsProvider("u", "k")
    ).starting(active, {})

    opened = update.opened(stack)

    assert opened == replace(
        update,
        status=UpdateStatus.RUNNING,
        version=1,
        base=Base("e", "v"),
        secrets=SecretsProvider("u", "k"),
        started_at=NOON,
    )
    assert opened.opened(replace(stack, version=7)) == opened
    assert update.opened(replace(stack, active=None)) == update
    assert replace(update, id="upd-2").opened(stack).status is UpdateStatus.CREATED


def test_lease_edge() -> None:
    """A lease ends at the instant it names."""
    active = ActiveUpdate("upd-1", UpdateKind.UPDATE, NOON, NOON + timedelta(seconds=1))

    assert not active.is_expired(NOON + timedelta(seconds=1) - timedelta(microseconds=1))
    assert active.is_expired(NOON + timedelta(seconds=1))


def test_change() -> None:
    """A change is written, and what is stored is returned; none is made without a record."""
    records = memory_opener()().records
    assert change_record(records, KEY, lambda document: document) is None
    records.put(KEY, {"n": 1}, expected_revision=0)

    assert change_record(records, KEY, lambda document: {"n": document["n"] + 1}) == {"n": 2}

    found = records.get(KEY)
    assert found == Record(KEY, {"n": 2}, 2)


def test_change_to_the_same_writes_nothing() -> None:
    """A record that is as it should be keeps its revision."""
    records = memory_opener()().records
    records.put(KEY, {"n": 1}, expected_revision=0)

    assert change_record(records, KEY, lambda document: dict(document)) == {"n": 1}

    found = records.get(KEY)
    assert found is not None
    assert found.revision == 1


def test_change_is_asked_again() -> None:
    """On a collision the change is made of what is there now; after some of them it gives up."""
    records = memory_opener()().records
    records.put(KEY, {"n": 0}, expected_revision=0)
    collisions = 2

    def change(document: Document) -> Document:
        nonlocal collisions
        if collisions:
            collisions -= 1
            _increment()
        return {"n": document["n"] + 100}

    def _increment() -> None:
        found = records.get(KEY)
        assert found is not None
        records.put(KEY, {"n": found.value["n"] + 1}, expected_revision=found.revision)

    assert change_record(records, KEY, change) == {"n": 102}

    collisions = MAX_WRITE_ATTEMPTS
    with pytest.raises(StateConflictError) as raised:
        change_record(records, KEY, change)
    assert not isinstance(raised.value, RecordChangedError)


def test_ids() -> None:
    """Ids are unique; those of updates sort by the time of their creation."""
    early, late = new_update_id(NOON), new_update_id(NOON + timedelta(milliseconds=1))

    assert early < late
    assert early.startswith("upd-")
    assert len({new_stack_id() for _ in range(100)}) == 100
    assert len({new_update_id(datetime.fromtimestamp(0, UTC)) for _ in range(100)}) == 100


def test_tokens() -> None:
    """A token is random and shows itself nowhere; only its digest is stored."""
    token = new_token()

    assert token != new_token()
    assert len(token.reveal()) >= 43
    assert token.reveal() not in token_digest(token)
    assert len(token_digest(token)) == 64


def _stored(document: Document) -> Document:
    records = memory_opener()().records
    records.put(KEY, document, expected_revision=0)
    found = records.get(KEY)
    assert found is not None
    return found.value
