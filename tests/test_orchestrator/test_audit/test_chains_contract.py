"""Every store of chains keeps the same contract."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from audit_site import CHAIN, OTHER_CHAIN, act, verdict_on
from hoist.clock import FixedClock
from orchestrator.audit.acts import DONE
from orchestrator.audit.chains import Chains
from orchestrator.audit.entries import stored_entry
from orchestrator.audit.export import export
from orchestrator.audit.reading import AuditReading
from orchestrator.audit.stores.dynamodb_chains import DynamoDBChains
from orchestrator.audit.stores.log_chains import LogChains
from orchestrator.audit.stores.object_anchors import ObjectAnchors
from orchestrator.audit.trail import AuditTrail
from orchestrator.state.errors import SlotTakenError
from orchestrator.state.stores.memory import in_memory_storage
from storages import (
    NOON,
    AwsPlace,
    directory_opener,
    emulator_place,
    log_record,
    memory_opener,
    moto_place,
)

OpenChains = Callable[[], Chains]
_EMULATOR = pytest.param("emulator", marks=pytest.mark.emulator)
WRITERS, ENTRIES_EACH = 4, 8


@pytest.fixture(params=["memory", "directory", "moto", _EMULATOR])
def open_chains(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[OpenChains]:
    """Fresh views of one empty store."""
    yield from _openers(request, tmp_path)


@pytest.fixture(params=["memory", "directory", _EMULATOR])
def open_shared_chains(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[OpenChains]:
    """The same, of the stores that many threads may use at once (moto is not one)."""
    yield from _openers(request, tmp_path)


def _openers(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[OpenChains]:
    match request.param:
        case "memory":
            opener = memory_opener()
            yield lambda: LogChains(opener().log)
        case "directory":
            opener = directory_opener(tmp_path / "store")
            yield lambda: LogChains(opener().log)
        case "moto":
            with moto_place() as place:
                yield lambda: _in_dynamodb(place)
        case _:
            with emulator_place(request.getfixturevalue("emulator_url")) as place:
                yield lambda: _in_dynamodb(place)


def _in_dynamodb(place: AwsPlace) -> Chains:
    return DynamoDBChains(place.dynamodb, table=place.table)


def test_what_was_appended_is_read(open_chains: OpenChains) -> None:
    """Records come back as they were, in order, to whoever opens the store."""
    records = [log_record(slot) for slot in range(1, 6)]
    for record in records:
        open_chains().append(CHAIN, record)

    chains = open_chains()
    assert list(chains.read(CHAIN)) == records
    assert list(chains.read(CHAIN, after_slot=1, limit=2)) == records[1:3]
    assert list(chains.read(CHAIN, after_slot=5)) == []


def test_the_last_one(open_chains: OpenChains) -> None:
    """The head of a chain is its last record; a chain that was never begun has none."""
    chains = open_chains()
    assert chains.last(CHAIN) is None

    for slot in range(1, 12):
        chains.append(CHAIN, log_record(slot))

    assert chains.last(CHAIN) == log_record(11)
    assert chains.last(OTHER_CHAIN) is None


def test_a_slot_is_taken_once(open_chains: OpenChains) -> None:
    """The second who writes into a slot is refused, and changes nothing."""
    open_chains().append(CHAIN, log_record(1, b"first"))

    with pytest.raises(SlotTakenError):
        open_chains().append(CHAIN, log_record(1, b"second"))

    assert [record.body for record in open_chains().read(CHAIN)] == [b"first"]


def test_many_writers_make_one_chain(open_shared_chains: OpenChains) -> None:
    """Whoever appends at once with others: no entry is lost, and the chain is whole."""
    failures: list[BaseException] = []

    def append(name: str) -> None:
        trail = AuditTrail(
            open_shared_chains(),
            clock=FixedClock(NOON),
            on_lost=lambda loss: failures.append(loss.error),
        )
        for number in range(ENTRIES_EACH):
            trail.note(CHAIN, act(f"{name}-{number}"), DONE)

    writers = [
        threading.Thread(target=append, args=(f"writer-{number}",)) for number in range(WRITERS)
    ]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()

    chains = open_shared_chains()
    told = {stored_entry(each.body).entry.act.operation for each in chains.read(CHAIN)}
    assert len(told) == WRITERS * ENTRIES_EACH
    anchors = ObjectAnchors(in_memory_storage().objects)
    verdict = verdict_on(export(AuditReading(CHAIN, chains, lambda: anchors), now=NOON))
    assert verdict.is_intact
    assert verdict.entry_count == WRITERS * ENTRIES_EACH
    assert failures == []
