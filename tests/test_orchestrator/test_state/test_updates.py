"""Updates as their clients and the next ones see them: endings, leases, take-overs, cost."""

from pathlib import Path

import pytest

from journals import begin
from orchestrator.state.errors import UpdateInProgressError
from orchestrator.state.records import LEASE_LENGTH, Holder, UpdateStatus
from protocol_client import ProtocolClient
from state_sites import DEV, HOLDER, Site, creation, names_in
from storages import directory_opener
from watched_storage import BeforeEach, Moment, Outage, Watch

LEASE_SECONDS = LEASE_LENGTH.total_seconds()


@pytest.fixture(params=["memory", "directory"])
def site(request: pytest.FixtureRequest, tmp_path: Path) -> Site:
    return Site() if request.param == "memory" else Site(directory_opener(tmp_path / "store"))


@pytest.fixture
def client(site: Site) -> ProtocolClient:
    return site.client_with_stack()


@pytest.mark.parametrize("ending", ["succeeded", "failed", "cancelled", "abandoned"])
def test_every_ending_keeps_what_was_acknowledged(
    site: Site, client: ProtocolClient, ending: str
) -> None:
    """The state has exactly the acknowledged prefix, the number is used, the lock is gone."""
    client.run_update(*creation("old"))
    update = client.open_update()
    assert update.append(*creation("new", first=1), begin(3, 3, "creating", name="half")).is_ok

    if ending == "cancelled":
        assert update.cancel().is_ok
    elif ending == "abandoned":
        site.clock.advance(LEASE_SECONDS)
        site.service().updates.make_way(DEV)
    else:
        assert update.complete(ending).is_ok

    exported = client.export().document["deployment"]
    assert names_in(client.export().document) == ["new", "old"]
    assert [found["resource"]["id"] for found in exported["pending_operations"]] == ["id-half"]
    newest = client.history()[0]
    assert newest["version"] == 2
    assert newest["result"] == ("succeeded" if ending == "succeeded" else "failed")
    expected = UpdateStatus.FAILED if ending == "cancelled" else UpdateStatus(ending)
    assert site.status_of(update) is expected
    assert site.lock_keys() == []
    assert client.show_stack().document["version"] == 2


@pytest.mark.parametrize("ending", ["succeeded", "failed", "cancelled", "abandoned"])
def test_update_without_entries_changes_nothing(
    site: Site, client: ProtocolClient, ending: str
) -> None:
    """The checkpoint is not even written, and the version stands for the state as it was."""
    client.run_update(*creation("a"))
    before = site.storage().objects.get(DEV.checkpoint_key)
    update = client.open_update()

    if ending == "cancelled":
        assert update.cancel().is_ok
    elif ending == "abandoned":
        site.clock.advance(LEASE_SECONDS)
        site.service().updates.make_way(DEV)
    else:
        assert update.complete(ending).is_ok

    assert site.storage().objects.get(DEV.checkpoint_key) == before
    assert names_in(client.export("2").document) == ["a"]


def test_state_is_the_same_bytes_whoever_folds(site: Site, client: ProtocolClient) -> None:
    """Fold and time of the checkpoint come from the log alone."""
    update = client.open_update()
    assert update.append(*creation("a")).is_ok
    written_at = site.clock.now()
    site.clock.advance(LEASE_SECONDS)

    site.service().updates.make_way(DEV)

    manifest = client.export().document["deployment"]["manifest"]
    assert manifest["time"].startswith(written_at.isoformat()[:19])


def test_lease_at_its_very_edge(site: Site, client: ProtocolClient) -> None:
    """A microsecond before its end a lease holds; at its end it does not."""
    update = client.open_update()
    assert update.append(*creation("a")).is_ok

    site.clock.advance(LEASE_SECONDS - 0.000001)
    assert site.client().create_update().start().status == 409
    site.clock.advance(0.000001)
    assert site.client().create_update().start().status == 200

    assert site.status_of(update) is UpdateStatus.ABANDONED


def test_expired_lease_that_nobody_wanted(site: Site, client: ProtocolClient) -> None:
    """An update that comes late, but before anybody took it over, goes on."""
    update = client.open_update()
    site.clock.advance(10 * LEASE_SECONDS)

    assert update.append(*creation("a")).is_ok
    assert update.renew().is_ok
    assert site.client().create_update().start().status == 409
    assert update.complete().is_ok


def test_long_run_with_renewals(site: Site, client: ProtocolClient) -> None:
    """A run of 20 minutes that renews every 188 s, as late as the CLI ever does, is never lost."""
    update = client.open_update()
    for number in range(7):
        site.clock.advance(188)
        assert site.client().create_update().start().status == 409
        renewed = update.renew()
        assert renewed.is_ok
        assert renewed.document["token"] == update.lease
        ends_at = (site.clock.now() + LEASE_LENGTH).timestamp()
        assert renewed.document["tokenExpiration"] == int(ends_at)
        assert update.append(*creation(f"r{number}", first=2 * number + 1)).is_ok

    assert update.complete().is_ok
    assert len(names_in(client.export().document)) == 7


def test_holder_that_is_gone(site: Site, client: ProtocolClient) -> None:
    """What is proven dead is taken over at once, without waiting for its lease."""
    update = client.open_update()
    site.holders.gone.add(HOLDER)

    assert site.client(holder=Holder(host="other")).create_update().start().is_ok
    assert site.status_of(update) is UpdateStatus.ABANDONED


def test_holder_of_whom_nothing_is_known(site: Site, client: ProtocolClient) -> None:
    """Of a client without a name, only its lease tells."""
    site.holders.gone.add(HOLDER)
    site.client(holder=Holder()).open_update()

    reply = client.create_update().start()

    assert reply.status == 409
    assert "by an unnamed client" in reply.message


def test_zombie_after_take_over(site: Site, client: ProtocolClient) -> None:
    """A writer that comes back is refused at its next entry, its renewal and its completion, and
    the update that took over is not disturbed."""
    zombie = client.open_update()
    assert zombie.append(*creation("a")).is_ok
    site.clock.advance(LEASE_SECONDS)
    heir = site.client().open_update()
    assert heir.append(*creation("b")).is_ok

    refused = zombie.append(*creation("c", first=3))

    assert refused.status == 409
    assert "taken over" in refused.message
    assert zombie.renew().status == 403
    assert zombie.complete().status == 409
    assert site.lock_keys() == [DEV.lock_key(heir.id)]
    assert heir.append(*creation("d", first=3)).is_ok
    assert heir.complete().is_ok
    assert names_in(client.export().document) == ["a", "b", "d"]


def test_completed_in_the_log_only(site: Site) -> None:
    """A completion whose process died behind the seal is finished by the next update, as what it
    was: succeeded, with its resource changes."""
    watch = Outage(call="objects.put", moment=Moment.BEFORE, times=0)
    client = site.client_with_stack(watch)
    update = client.open_update()
    assert update.append(*creation("a")).is_ok
    assert update.send_summary(create=1).is_ok
    watch.times = 1
    assert update.complete().status == 503
    site.clock.advance(LEASE_SECONDS)

    site.client().open_update()

    assert site.status_of(update) is UpdateStatus.SUCCEEDED
    assert client.history()[1]["resourceChanges"] == {"create": 1}
    assert names_in(client.export().document) == ["a"]


def test_ended_update_does_not_wait_for_its_lease(site: Site) -> None:
    """If only the closing of the stack is missing, the next update does it at once."""
    watch = Outage(call="objects.delete", moment=Moment.BEFORE, times=0)
    client = site.client_with_stack(watch)
    update = client.open_update()
    watch.times = 1
    assert update.complete().status == 503

    assert site.client().create_update().start().is_ok
    assert site.status_of(update) is UpdateStatus.SUCCEEDED


def test_cancel_closes_what_its_end_left_open(site: Site) -> None:
    """Cancelling an update whose record is final, but whose stack is held, frees the stack."""
    watch = Outage(call="objects.delete", moment=Moment.BEFORE, times=0)
    client = site.client_with_stack(watch)
    update = client.open_update()
    watch.times = 1
    assert update.complete().status == 503

    assert update.cancel().is_ok
    assert site.lock_keys() == []
    assert update.cancel().status == 409
    assert site.status_of(update) is UpdateStatus.SUCCEEDED


def test_cancel_of_an_update_that_starts_meanwhile(site: Site, client: ProtocolClient) -> None:
    """The update opens the stack, and writes, between the look at the stack and the one at the
    update: it is cancelled like any open one, and what it wrote is kept."""
    update = client.create_update()
    calls = 0

    def start_before_the_second_look() -> None:
        nonlocal calls
        calls += 1
        if calls == 2:
            assert update.start().is_ok
            assert update.append(*creation("a")).is_ok

    watch = BeforeEach(call="records.get", action=start_before_the_second_look)

    assert update.through(site.client(watch)).cancel().is_ok

    assert update.append(*creation("b", first=3)).status == 409
    assert names_in(client.export().document) == ["a"]
    assert site.lock_keys() == []


def test_make_way_of_nobody(site: Site, client: ProtocolClient) -> None:
    """With nothing in the way nothing is taken over; with a living update it raises."""
    updates = site.service().updates
    assert updates.make_way(DEV) is None
    update = client.open_update()
    with pytest.raises(UpdateInProgressError, match=update.id):
        updates.make_way(DEV)
    site.clock.advance(LEASE_SECONDS)
    taken = updates.make_way(DEV)
    assert taken is not None
    assert (taken.id, taken.status) == (update.id, UpdateStatus.ABANDONED)
    assert updates.make_way(DEV) is None


def test_resource_changes_are_known_to_every_process(site: Site) -> None:
    """One process hears of them, another completes the update."""
    client = site.client_with_stack()
    update = client.open_update()
    assert update.send_summary(create=1, same=2).is_ok

    assert update.through(site.client()).complete().is_ok

    assert client.history()[0]["resourceChanges"] == {"create": 1, "same": 2}


def test_a_late_summary_changes_no_history(site: Site) -> None:
    """What comes after the end is too late, and is accepted all the same."""
    client = site.client_with_stack()
    update = client.open_update()
    assert update.send_summary(create=1).is_ok
    other = site.client()
    assert update.through(other).complete().is_ok

    assert update.send_summary(create=7).is_ok

    assert client.history()[0]["resourceChanges"] == {"create": 1}


def test_resource_changes_survive_a_failed_completion(site: Site) -> None:
    """A completion that has to be repeated still knows what the summary event said."""
    watch = Outage(call="log.append", moment=Moment.BEFORE, times=0)
    client = site.client_with_stack(watch)
    update = client.open_update()
    assert update.send_summary(create=1).is_ok
    watch.times = 1

    assert update.complete().status == 503
    assert update.complete().is_ok

    assert client.history()[0]["resourceChanges"] == {"create": 1}


@pytest.mark.parametrize("resources", [1, 400])
def test_store_calls_of_an_update(resources: int) -> None:
    """Acknowledging a batch is one append and no read. What an update costs besides does not
    depend on how much the stack holds."""
    site, watch = Site(), Watch()
    client = site.client_with_stack(watch)
    many = [found for n in range(resources) for found in creation(f"r{n}", first=2 * n + 1)]
    client.run_update(*many)
    update = client.create_update()
    watch.taken()

    assert update.start().is_ok
    started = watch.taken()
    for number in range(10):
        assert update.append(*creation(f"n{number}", first=2 * number + 1)).is_ok
    appended = watch.taken()
    assert update.send_summary(create=1).is_ok
    noted = watch.taken()
    site.clock.advance(150)
    assert update.renew().is_ok
    renewed = watch.taken()
    assert update.complete().is_ok
    completed = watch.taken()

    assert appended == ["log.append"] * 10
    assert noted == ["records.get", "records.put"]
    assert renewed == ["records.get", "records.put"]
    assert len(started) <= 10, started
    assert len(completed) <= 11, completed
