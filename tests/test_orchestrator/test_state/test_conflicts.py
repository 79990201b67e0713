"""A checkpoint that was changed by somebody else, and how a person settles it."""

import pytest

from journals import begin, entry
from orchestrator.state.conflicts import Resolution
from orchestrator.state.errors import (
    BadRequestError,
    CorruptStateError,
    ObjectChangedError,
    StoreUnavailableError,
)
from orchestrator.state.journal import JournalEntryKind
from orchestrator.state.names import conflict_key
from orchestrator.state.records import UpdateStatus
from protocol_client import ProtocolClient
from state_sites import DEV, Site, creation, names_in
from watched_storage import Meanwhile, Moment, Outage


@pytest.fixture
def site() -> Site:
    """A stack whose update made `ours` while somebody wrote `theirs` into the bucket."""
    site = Site()
    update = site.client_with_stack().open_update()
    assert update.append(*creation("ours")).is_ok
    site.put_checkpoint("theirs")
    assert update.complete().status == 409
    return site


@pytest.fixture
def client(site: Site) -> ProtocolClient:
    return site.client()


def test_both_are_there(site: Site, client: ProtocolClient) -> None:
    """The checkpoint is theirs; ours is kept beside, and both are named in every refusal."""
    update_id = site.service().stacks.require(DEV).conflict_update_id
    kept = site.storage().objects.get(conflict_key(DEV, update_id))

    assert kept is not None
    assert b"::ours" in kept.body
    assert names_in(client.export().document) == ["theirs"]
    with pytest.raises(CorruptStateError) as raised:
        site.service().updates.make_way(DEV)
    assert DEV.checkpoint_key in raised.value.way_out
    assert conflict_key(DEV, update_id) in raised.value.way_out


def test_dry_run_is_free(client: ProtocolClient) -> None:
    """Looking is allowed: a dry run helps to compare."""
    assert client.open_update(dry_run=True).complete().is_ok


@pytest.mark.parametrize(
    ("resolution", "left"), [(Resolution.PRESENT, "theirs"), (Resolution.UPDATE, "ours")]
)
def test_settled(site: Site, client: ProtocolClient, resolution: Resolution, left: str) -> None:
    """One of the two holds, and the next update goes through on it."""
    site.service().conflicts.settle(DEV, resolution)

    assert names_in(client.export().document) == [left]
    client.run_update(*creation("next"))
    assert names_in(client.export().document) == sorted([left, "next"])


def test_settling_once_more_does_nothing(site: Site, client: ProtocolClient) -> None:
    """A settled stack is not settled the other way by a repeated call."""
    site.service().conflicts.settle(DEV, Resolution.PRESENT)
    site.service().conflicts.settle(DEV, Resolution.UPDATE)

    assert names_in(client.export().document) == ["theirs"]


def test_update_stays_conflicted(site: Site, client: ProtocolClient) -> None:
    """The history goes on to say what happened."""
    site.service().conflicts.settle(DEV, Resolution.UPDATE)

    (update,) = site.service().updates.history(site.service().stacks.require(DEV))
    assert update.status is UpdateStatus.CONFLICTED


@pytest.mark.parametrize("call", ["objects.put", "records.put"])
@pytest.mark.parametrize("moment", Moment)
def test_settling_that_the_store_fails(site: Site, call: str, moment: Moment) -> None:
    """It can be repeated until it is done."""
    service = site.service(Outage(call=call, moment=moment))
    with pytest.raises(StoreUnavailableError):
        service.conflicts.settle(DEV, Resolution.UPDATE)

    service.conflicts.settle(DEV, Resolution.UPDATE)

    assert names_in(site.client().export().document) == ["ours"]


def test_checkpoint_moves_while_it_is_settled(site: Site) -> None:
    """Who settles has seen two states; a third one is not written over."""
    again = Meanwhile(call="objects.put", action=lambda: site.put_checkpoint("third"))

    with pytest.raises(ObjectChangedError, match="changed again"):
        site.service(again).conflicts.settle(DEV, Resolution.UPDATE)

    assert names_in(site.client().export().document) == ["third"]
    assert site.service().stacks.require(DEV).conflict_update_id


def test_conflict_that_left_nothing() -> None:
    """A journal that does not fold has left no state: only the present one can hold."""
    site = Site()
    client = site.client_with_stack()
    update = client.open_update()
    dangling = entry(JournalEntryKind.SUCCESS, 2, 1, removeOld=7)
    assert update.append(begin(1, 1), dangling).is_ok
    assert update.complete().status == 409
    conflicts = site.service().conflicts

    with pytest.raises(BadRequestError, match="left no state"):
        conflicts.settle(DEV, Resolution.UPDATE)
    conflicts.settle(DEV, Resolution.PRESENT)

    assert client.open_update()


def test_deleted_checkpoint_is_a_change(client: ProtocolClient) -> None:
    """Somebody removes the checkpoint under an open update: that is settled in the same way."""
    site = Site()
    client = site.client_with_stack()
    update = client.open_update()
    assert update.append(*creation("ours")).is_ok
    site.storage().objects.delete(DEV.checkpoint_key)
    assert update.complete().status == 409

    site.service().conflicts.settle(DEV, Resolution.UPDATE)

    assert names_in(client.export().document) == ["ours"]
