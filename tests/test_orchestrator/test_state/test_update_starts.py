"""The start of an update, and all that can come between."""

from pathlib import Path

import pytest

from protocol_client import ProtocolClient
from state_sites import DEV, HOLDER, Site, creation
from storages import directory_opener
from watched_storage import Meanwhile, Moment, Outage


@pytest.fixture(params=["memory", "directory"])
def site(request: pytest.FixtureRequest, tmp_path: Path) -> Site:
    return Site() if request.param == "memory" else Site(directory_opener(tmp_path / "store"))


@pytest.fixture
def client(site: Site) -> ProtocolClient:
    return site.client_with_stack()


@pytest.mark.parametrize("moment", Moment)
@pytest.mark.parametrize("call", ["records.put", "records.get", "objects.put", "objects.list"])
def test_start_that_the_store_fails(site: Site, call: str, moment: Moment) -> None:
    """A start that answers 503 holds nothing: the next one goes through at once, with a living
    holder and an unexpired lease."""
    watch = Outage(call=call, moment=moment, times=0)
    client = site.client_with_stack(watch)
    update = client.create_update()
    watch.times = 1

    assert update.start().status == 503

    assert site.lock_keys() == []
    heir = site.client().open_update()
    assert heir.append(*creation("a")).is_ok
    assert heir.complete().is_ok
    versions = [found["version"] for found in client.history()]
    assert versions == sorted(set(versions), reverse=True)


def test_start_that_loses_leaves_the_winners_lock(site: Site, client: ProtocolClient) -> None:
    """Between the look at the stack and the claim another update opens it: the loser takes its
    own lock back, and not the winner's."""
    winner = client.create_update()
    watch = Meanwhile(call="objects.put", action=lambda: winner.start())
    loser = site.client(watch).create_update()

    reply = loser.start()

    assert (reply.status, watch.is_done) == (409, True)
    assert f"in progress: update {winner.id} by {HOLDER}" in reply.message
    assert site.lock_keys() == [DEV.lock_key(winner.id)]


def test_start_while_another_update_came_and_went(site: Site, client: ProtocolClient) -> None:
    """A whole update between the look and the claim: it may have removed our lock as a stale one,
    so that the claim is given up."""
    watch = Meanwhile(call="objects.list", action=lambda: client.run_update(*creation("a")))
    loser = site.client(watch).create_update()

    reply = loser.start()

    assert reply.status == 409
    assert "came first" in reply.message
    assert site.lock_keys() == []
    assert loser.start().is_ok


def test_start_of_a_stack_under_deletion(site: Site, client: ProtocolClient) -> None:
    """A start that began before the deletion does not open a stack that is going."""
    killer = Outage(call="log.drop", moment=Moment.BEFORE)
    client.run_update()
    update = client.create_update()
    assert site.client(killer).delete_stack().status == 503

    reply = update.start()

    assert reply.status == 404
    assert "being deleted" in reply.message
    assert site.lock_keys() == []
    assert client.delete_stack().is_ok
    assert client.show_stack().status == 404


def test_start_of_a_stack_that_went_meanwhile(site: Site, client: ProtocolClient) -> None:
    """Nor does one leave its lock where a stack was, and may be again."""
    gone = Meanwhile(call="objects.list", action=lambda: client.delete_stack())
    update = client.create_update().through(site.client(gone))

    assert update.start().status == 404
    assert site.lock_keys() == []


def test_cancel_between_claim_and_note(site: Site, client: ProtocolClient) -> None:
    """A start that is cancelled under way does not come through, and leaves the stack free."""
    update = client.create_update()
    cancelled = Meanwhile(call="records.put", action=lambda: update.cancel())

    reply = update.through(site.client(cancelled)).start()

    assert reply.status == 400
    assert site.lock_keys() == []
    assert site.client().create_update().start().is_ok


def test_compressed_twin_is_refused(site: Site, client: ProtocolClient) -> None:
    """Two checkpoints beside each other: which one is meant, only a person can say."""
    site.storage().objects.put(f"{DEV.checkpoint_key}.gz", b"\x1f\x8b", if_etag=None)
    update = client.create_update()

    reply = update.start()

    assert reply.status == 409
    assert f"{DEV.checkpoint_key}.gz" in reply.message
    assert site.lock_keys() == []
    site.storage().objects.delete(f"{DEV.checkpoint_key}.gz")
    assert update.start().is_ok


def test_damaged_checkpoint_is_refused(site: Site, client: ProtocolClient) -> None:
    """A checkpoint that cannot be read is not started from, and holds nothing."""
    objects = site.storage().objects
    present = objects.get(DEV.checkpoint_key)
    assert present is not None
    objects.put(DEV.checkpoint_key, b"{", if_etag=present.etag)
    update = client.create_update()

    assert update.start().status == 409
    assert site.lock_keys() == []
    assert client.show_stack().document["version"] == 0
