"""The end of an update: fold, checkpoint, record, lock, stack, by whoever gets to it."""

import pytest

from journals import batch, deployment, resource
from orchestrator.state.checkpoints import State
from orchestrator.state.errors import CorruptStateError, JournalEntryError, StoreUnavailableError
from orchestrator.state.journal import parse_batch
from orchestrator.state.journal_contents import JournalContents
from orchestrator.state.publish import UNKNOWN_ENGINE_VERSION, folded_state
from orchestrator.state.records import LEASE_LENGTH, UpdateKind, UpdateRecord, UpdateStatus
from protocol_client import ClientUpdate, ProtocolClient
from state_sites import DEV, Site, creation, names_in
from storages import NOON
from watched_storage import Meanwhile, Moment, Outage, Watch

UPDATE = UpdateRecord("upd-1", "stk-1", UpdateKind.UPDATE, is_dry_run=False, created_at=NOON)


@pytest.fixture
def site() -> Site:
    return Site()


@pytest.fixture
def update(site: Site) -> ClientUpdate:
    """An open update with one resource in its journal."""
    client = site.client_with_stack()
    update = client.open_update()
    assert update.append(*creation("a")).is_ok
    return update


def record_of(site: Site, update: ClientUpdate) -> UpdateRecord:
    service = site.service()
    return service.updates.require(service.stacks.require(DEV), update.id)


def test_order_of_the_steps(site: Site, update: ClientUpdate) -> None:
    """The checkpoint comes first and the stack last: whoever finds the stack closed finds all."""
    watch = Watch()

    update.through(site.client(watch)).complete()

    writes = [call for call in watch.calls if not call.endswith((".get", ".read", ".list"))]
    # The first append is the try on a slot that is taken: this process has not read the log yet.
    assert writes == [
        "log.append",
        "log.append",
        "objects.put",
        "records.put",
        "objects.delete",
        "records.put",
    ]


@pytest.mark.parametrize("call", ["objects.put", "records.put", "objects.delete"])
@pytest.mark.parametrize("moment", Moment)
def test_completion_is_repeated_after_a_failure(
    site: Site, update: ClientUpdate, call: str, moment: Moment
) -> None:
    """Whichever step fails, the repeated completion ends in the same place."""
    here = update.through(site.client(Outage(call=call, moment=moment)))

    assert here.complete().status == 503
    assert here.complete().is_ok

    client = site.client()
    assert names_in(client.export().document) == ["a"]
    assert record_of(site, update).status is UpdateStatus.SUCCEEDED
    assert [entry["version"] for entry in client.history()] == [1]
    assert site.lock_keys() == []
    assert client.open_update()


@pytest.mark.parametrize("call", ["objects.put", "records.put", "objects.delete", "records.get"])
def test_two_finish_at_once(site: Site, update: ClientUpdate, call: str) -> None:
    """Another process finishes the same update right before any step: both give one result."""
    other = Meanwhile(call=call, action=lambda: update.through(site.client()).complete())

    assert update.through(site.client(other)).complete().is_ok

    assert other.is_done
    assert names_in(site.client().export().document) == ["a"]
    assert record_of(site, update).status is UpdateStatus.SUCCEEDED
    assert site.lock_keys() == []


@pytest.mark.parametrize("call", ["objects.put", "records.put", "objects.delete", "objects.get"])
def test_finisher_that_slept_through_the_next_update(
    site: Site, update: ClientUpdate, call: str
) -> None:
    """A process is about to do a step when another finishes the update and a whole further one
    runs: the sleeper changes nothing any more."""

    def next_update() -> None:
        site.clock.advance(LEASE_LENGTH.total_seconds())
        site.client().run_update(*creation("b"))

    sleeper = Meanwhile(call=call, action=next_update)

    assert update.through(site.client(sleeper)).complete().is_ok

    assert sleeper.is_done
    client = site.client()
    assert names_in(client.export().document) == ["a", "b"]
    assert [entry["version"] for entry in client.history()] == [2, 1]
    assert site.service().stacks.require(DEV).conflict_update_id == ""
    assert client.open_update()


def test_record_is_the_same_whoever_ends_it(site: Site, update: ClientUpdate) -> None:
    """The end is dated by the seal, not by the finisher's clock."""
    failing = site.client(Outage(call="objects.put", moment=Moment.BEFORE))
    assert update.through(failing).complete().status == 503
    sealed_at = site.clock.now()
    site.clock.advance(LEASE_LENGTH.total_seconds())

    site.service().updates.make_way(DEV)

    assert record_of(site, update).ended_at == sealed_at


def test_reasons(site: Site) -> None:
    """The record says in a sentence why an update did not succeed."""
    client: ProtocolClient = site.client_with_stack()
    succeeded = client.run_update()
    refused = client.open_update()
    assert refused.append(*creation("a", first=2)).is_ok
    assert refused.complete().status == 409
    abandoned = client.open_update()
    site.service().updates.take_over(DEV, abandoned.id, "the engine ended without completing it")

    assert record_of(site, succeeded).reason == ""
    assert record_of(site, refused).reason == "journal entry 1 never arrived"
    assert record_of(site, abandoned).reason == "the engine ended without completing it"


def test_store_that_is_away_is_no_conflict(site: Site, update: ClientUpdate) -> None:
    """A base that cannot be read now is not a base that is gone."""
    away = site.service(Outage(call="objects.get", moment=Moment.BEFORE))

    with pytest.raises(StoreUnavailableError):
        away.updates.take_over(DEV, update.id, "dead")

    assert not record_of(site, update).status.is_final


def test_folded_state() -> None:
    """Base and journal add up, as written by the engine that the client named."""
    contents = JournalContents(parse_batch(batch(*creation("new"))), NOON)
    base = State(deployment=deployment(resource("old")))

    state = folded_state(UPDATE, base, contents, folded_at=NOON)

    assert state.deployment is not None
    assert names_in({"deployment": state.deployment}) == ["new", "old"]
    assert state.deployment["manifest"]["version"] == UNKNOWN_ENGINE_VERSION
    assert state == folded_state(UPDATE, base, contents, folded_at=NOON)


def test_folded_state_with_a_fault() -> None:
    """A journal that refers to nothing, and a state that the engine would refuse, are errors."""
    orphan = resource("a", parent="urn:pulumi:dev::shop::t::gone")
    base = State(deployment=deployment(orphan))
    contents = JournalContents((), NOON)
    with pytest.raises(CorruptStateError):
        folded_state(UPDATE, base, contents, folded_at=NOON)

    begun, ended = creation("a")
    dangling = JournalContents(parse_batch(batch(begun, ended | {"removeOld": 3})), NOON)
    with pytest.raises(JournalEntryError):
        folded_state(UPDATE, State(), dangling, folded_at=NOON)
