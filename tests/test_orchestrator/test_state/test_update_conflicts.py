"""Updates that cannot be published: nothing is written over, nothing is lost."""

from dataclasses import replace
from pathlib import Path

import pytest

from journals import begin, entry, resource, success
from orchestrator.state.journal import JournalEntryKind
from orchestrator.state.names import conflict_key
from orchestrator.state.records import LEASE_LENGTH, UpdateStatus
from orchestrator.state.update_records import UpdateRecords
from protocol_client import ProtocolClient
from state_sites import DEV, Site, creation, names_in
from storages import directory_opener

LEASE_SECONDS = LEASE_LENGTH.total_seconds()


@pytest.fixture(params=["memory", "directory"])
def site(request: pytest.FixtureRequest, tmp_path: Path) -> Site:
    return Site() if request.param == "memory" else Site(directory_opener(tmp_path / "store"))


@pytest.fixture
def client(site: Site) -> ProtocolClient:
    return site.client_with_stack()


def test_conflict(site: Site, client: ProtocolClient) -> None:
    """The fold is kept beside, the update is conflicted, nothing may start, and every refusal says
    where the two are."""
    client.run_update(*creation("a"))
    update = client.open_update()
    assert update.append(*creation("b")).is_ok
    site.put_checkpoint("theirs")

    completed = update.complete()

    assert completed.status == 409
    kept = site.storage().objects.get(conflict_key(DEV, update.id))
    assert kept is not None
    for reply in (completed, update.complete(), client.create_update().start()):
        assert reply.status == 409
        assert conflict_key(DEV, update.id) in reply.message
        assert DEV.checkpoint_key in reply.message
    assert site.status_of(update) is UpdateStatus.CONFLICTED
    assert names_in(client.export().document) == ["theirs"]
    assert site.lock_keys() == []
    assert client.history()[0]["result"] == "failed"


def test_conflict_at_take_over(site: Site, client: ProtocolClient) -> None:
    """The same when the update is ended by the next one: that one does not start."""
    update = client.open_update()
    assert update.append(*creation("b")).is_ok
    site.put_checkpoint("theirs")
    site.clock.advance(LEASE_SECONDS)

    for _ in range(2):
        assert site.client().create_update().start().status == 409
    assert site.status_of(update) is UpdateStatus.CONFLICTED
    assert site.lock_keys() == []


def test_change_without_own_entries_is_no_conflict(site: Site, client: ProtocolClient) -> None:
    """Who has nothing to publish has nothing to lose."""
    update = client.open_update()
    site.put_checkpoint("theirs")

    assert update.complete().is_ok
    assert names_in(client.export().document) == ["theirs"]


def test_conflicted_stack_can_be_deleted(site: Site, client: ProtocolClient) -> None:
    """Giving the stack up is always a way out."""
    update = client.open_update()
    assert update.append(*creation("b")).is_ok
    site.put_checkpoint()
    assert update.complete().status == 409

    assert client.delete_stack().is_ok


def test_journal_that_does_not_fold(site: Site, client: ProtocolClient) -> None:
    """Entries that refer to what is not there: the state stays, the log is kept, the stack waits
    for a person."""
    client.run_update(*creation("a"))
    update = client.open_update()
    dangling = entry(JournalEntryKind.SUCCESS, 2, 1, removeOld=7)
    assert update.append(begin(1, 1), dangling).is_ok

    reply = update.complete()

    assert reply.status == 409
    assert "does not fold" in reply.message
    assert names_in(client.export().document) == ["a"]
    assert len(site.storage().log.read(update.id)) == 2


def test_state_that_the_engine_would_refuse(site: Site, client: ProtocolClient) -> None:
    """A fold without integrity is not published."""
    update = client.open_update()
    orphan = resource("a", parent="urn:pulumi:dev::shop::t::gone")
    assert update.append(begin(1, 1), success(2, 1, state=orphan)).is_ok

    reply = update.complete()

    assert reply.status == 409
    assert "gone" in reply.message


def test_pinned_base_is_gone(site: Site, client: ProtocolClient) -> None:
    """A base that was removed is never taken for an empty one: nothing is published over it."""
    client.run_update(*creation("a"))
    update = client.open_update()
    assert update.append(*creation("b")).is_ok
    storage = site.storage()
    stack = site.service().stacks.require(DEV)
    UpdateRecords(storage.records).change(
        site.service().updates.require(stack, update.id),
        lambda record: replace(record, base=replace(record.base, version_id="f" * 64)),
    )
    before = storage.objects.get(DEV.checkpoint_key)

    ended = site.service().updates.take_over(DEV, update.id, "it is dead")

    assert ended.status is UpdateStatus.CONFLICTED
    assert "is gone" in ended.reason
    assert storage.objects.get(DEV.checkpoint_key) == before
