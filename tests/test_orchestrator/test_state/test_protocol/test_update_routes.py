"""The calls of one update, in the order and the spelling of the CLI."""

from collections.abc import Sequence

import pytest

from journals import begin, resource, success
from orchestrator.state.journal import JournalEntry
from orchestrator.state.records import LEASE_LENGTH, UpdateRecord, UpdateStatus
from protocol_client import TOKEN, ClientUpdate, ProtocolClient
from state_sites import DEV, HOLDER, Site, creation, names_in
from storages import NOON


@pytest.fixture
def site() -> Site:
    return Site()


@pytest.fixture
def client(site: Site) -> ProtocolClient:
    return site.client_with_stack()


@pytest.mark.parametrize("kind", ["update", "refresh", "destroy"])
def test_whole_update(site: Site, client: ProtocolClient, kind: str) -> None:
    """Create, start, journal, events, lease, completion: then state, number and history are there,
    and the lock is not."""
    update = client.create_update(kind)
    started = update.start()
    assert started.document == {
        "version": 1,
        "token": update.lease,
        "tokenExpiration": int((NOON + LEASE_LENGTH).timestamp()),
        "journalVersion": 1,
    }
    assert len(update.lease) >= 32
    assert site.lock_keys() == [DEV.lock_key(update.id)]

    replies = [
        update.append(*creation("a", first=1)),
        update.append(*creation("b", first=3)),
        update.send_summary(create=2),
        update.renew(),
        update.complete(),
    ]

    assert [reply.status for reply in replies] == [200] * 5
    assert names_in(client.export().document) == ["a", "b"]
    assert site.lock_keys() == []
    (entry,) = client.history()
    assert (entry["kind"], entry["result"], entry["version"]) == (kind, "succeeded", 1)
    assert entry["resourceChanges"] == {"create": 2}


@pytest.mark.parametrize("path_kind", ["update", "preview", "refresh", "destroy"])
def test_any_kind_in_the_path(client: ProtocolClient, path_kind: str) -> None:
    """The CLI always says `update`; whatever is said there means nothing."""
    update = client.create_update("destroy")
    path = f"{client.stack_path}/{path_kind}/{update.id}"

    reply = client.call("POST", path, {"journalVersion": 1})

    assert (reply.status, reply.document["version"]) == (200, 1)


@pytest.mark.parametrize("kind", ["update", "preview", "refresh", "destroy"])
def test_dry_run_leaves_no_trace(site: Site, client: ProtocolClient, kind: str) -> None:
    """A dry run takes no lock, no number, no place in the history, and has no journal. Only the
    option tells it from the real thing, never the path."""
    before = client.show_stack().document

    update = client.create_update(kind, dry_run=True)
    started = update.start(tags={"new": "tag"}).document

    assert (started["version"], site.lock_keys()) == (0, [])
    assert started["token"]
    assert update.append(*creation("a")).status == 400
    assert update.renew().is_ok
    assert update.send_summary(create=1).is_ok
    assert update.complete().is_ok
    assert update.complete().is_ok
    assert client.show_stack().document == before
    assert client.history() == []
    assert names_in(client.export().document) == []
    assert site.storage().log.read(update.id) == ()


def test_real_update_by_the_path_of_previews(client: ProtocolClient) -> None:
    """Without the option it is no dry run, though it came by the path of one."""
    assert client.open_update("preview").append(*creation("a")).is_ok


def test_dry_run_during_update(client: ProtocolClient) -> None:
    """A dry run waits for nobody and holds up nobody."""
    update = client.open_update()

    dry_run = client.open_update(dry_run=True)

    assert dry_run.complete().is_ok
    assert update.append(*creation("a")).is_ok
    assert update.complete().is_ok


@pytest.mark.parametrize(("offered", "agreed"), [(None, 0), (0, 0), (1, 1), (2, 1), (99, 1)])
def test_journal_version_is_agreed(
    client: ProtocolClient, offered: int | None, agreed: int
) -> None:
    """A client that knows no journal may go on without; of newer ones only version 1 is taken."""
    reply = client.create_update().start(journalVersion=offered)

    assert reply.document["journalVersion"] == agreed


@pytest.mark.parametrize("version", ["1", -1, True, 1.0, []], ids=str)
def test_journal_version_of_another_form_is_400(client: ProtocolClient, version: object) -> None:
    """A version that is no whole number is refused, and opens nothing."""
    update = client.create_update()

    assert update.start(journalVersion=version).status == 400
    assert update.start().is_ok


def test_start_twice_is_refused(client: ProtocolClient) -> None:
    """An update starts once; its lease stays good."""
    update = client.open_update()

    assert ClientUpdate(client, update.id).start().status == 400
    assert update.append(*creation("a")).is_ok


def test_start_of_unknown_update_is_404(client: ProtocolClient) -> None:
    """Nothing starts that was not created."""
    assert ClientUpdate(client, "upd-none").start().status == 404


def test_start_during_update_is_409(client: ProtocolClient) -> None:
    """The refusal names the holder and how long it will take at most."""
    first = client.open_update()

    reply = client.create_update().start()

    assert reply.status == 409
    assert f"update {first.id} by {HOLDER}" in reply.message
    assert "taken over in 330 s" in reply.message


@pytest.mark.parametrize("status", ["cancelled", "", "SUCCEEDED", "running"])
def test_completion_has_two_statuses(client: ProtocolClient, status: str) -> None:
    """The CLI knows succeeded and failed; anything else is refused and ends nothing."""
    update = client.open_update()

    assert update.complete(status).status == 400
    assert update.complete("failed").is_ok


def test_complete_twice(client: ProtocolClient) -> None:
    """A repeated completion, as after a lost answer, succeeds and changes nothing."""
    update = client.run_update(*creation("a"))
    before = client.export().document

    assert update.complete().is_ok
    assert update.complete("failed").is_ok

    assert client.export().document == before
    assert [entry["result"] for entry in client.history()] == ["succeeded"]


def test_late_completion_releases_no_other_lock(site: Site, client: ProtocolClient) -> None:
    """A duplicate that arrives during the next update does not end that."""
    first = client.run_update(*creation("a"))
    second = client.open_update()

    assert first.complete().is_ok

    assert site.lock_keys() == [DEV.lock_key(second.id)]
    assert client.create_update().start().status == 409
    assert second.append(*creation("b")).is_ok
    assert second.complete().is_ok
    assert names_in(client.export().document) == ["a", "b"]


def test_complete_of_deleted_stack(client: ProtocolClient) -> None:
    """A duplicate that arrives when the stack is gone brings nothing back."""
    update = client.run_update(*creation("a"))
    assert client.delete_stack(force=True).is_ok

    assert update.complete().status == 409
    assert client.show_stack().status == 404


def test_zombie_of_a_stack_made_anew(site: Site, client: ProtocolClient) -> None:
    """A writer that slept through the deletion of its stack and the making of another of that
    name is refused in every way."""
    zombie = client.open_update()
    assert zombie.append(*creation("a")).is_ok
    assert zombie.through(site.client()).cancel().is_ok
    assert site.client().delete_stack(force=True).is_ok
    assert site.client().create_stack().is_ok

    assert zombie.append(*creation("b", first=3)).status in (404, 409)
    assert zombie.renew().status == 403
    assert zombie.complete().status in (404, 409)
    assert names_in(client.export().document) == []
    assert client.history() == []


def test_cancel(site: Site, client: ProtocolClient) -> None:
    """Cancelling ends the update at once: what it had acknowledged is kept, its writer refused."""
    update = client.open_update()
    assert update.append(*creation("a")).is_ok

    assert update.through(site.client()).cancel().is_ok

    refused = update.append(*creation("b", first=3))
    assert refused.status == 409
    assert "cancelled" in refused.message
    assert update.renew().status == 403
    assert update.complete().status == 409
    assert names_in(client.export().document) == ["a"]
    assert client.history()[0]["result"] == "failed"
    assert site.lock_keys() == []


def test_cancel_of_ended_update_is_409(client: ProtocolClient) -> None:
    """The CLI cancels the update that the stack shows, even if that has ended."""
    update = client.run_update()
    assert client.show_stack().document["activeUpdate"] == update.id

    assert update.cancel().status == 409


@pytest.mark.parametrize("dry_run", [False, True])
def test_cancel_before_the_start(client: ProtocolClient, dry_run: bool) -> None:
    """An update that was cancelled before it started cannot start any more."""
    update = client.create_update(dry_run=dry_run)

    assert update.cancel().is_ok

    assert update.start().status == 400
    assert client.history() == []
    assert client.open_update()


def test_cancel_of_running_dry_run(site: Site, client: ProtocolClient) -> None:
    """A dry run is over with its record: it has no log to seal and no lock to release."""
    update = client.open_update(dry_run=True)

    assert update.cancel().is_ok

    assert site.storage().log.read(update.id) == ()
    assert update.cancel().status == 409


def test_events_without_summary(client: ProtocolClient) -> None:
    """Events are taken, whatever they are."""
    update = client.open_update()
    events = [{"sequence": 0, "preludeEvent": {}}, {}, None, {"summaryEvent": None}]

    assert update.by_lease("POST", "events/batch", {"events": events}).is_ok


def test_last_summary_counts(client: ProtocolClient) -> None:
    """The summary event that came last is the one of the history."""
    update = client.open_update()
    assert update.send_summary(create=1).is_ok
    assert update.send_summary(create=3).is_ok
    assert update.complete().is_ok

    assert client.history()[0]["resourceChanges"] == {"create": 3}


@pytest.mark.parametrize("authorization", [f"token {TOKEN}", "update-token ", "", "update-token x"])
def test_lease_calls_need_the_lease(client: ProtocolClient, authorization: str) -> None:
    """The access token is not good for what needs the lease. A renewal says 403, which alone
    tells the CLI to stop; the others say 409."""
    update = client.open_update()

    def call(method: str, path: str) -> int:
        reply = client.call(method, f"{update.path}/{path}", {}, authorization=authorization)
        return reply.status

    assert call("PATCH", "journalentries") == 409
    assert call("POST", "events/batch") == 409
    assert call("POST", "complete") == 409
    assert call("POST", "renew_lease") == 403
    assert update.append(*creation("a")).is_ok


def test_lease_before_the_start(client: ProtocolClient) -> None:
    """An update that has not started has no lease that anybody could know."""
    update = client.create_update()

    assert update.append(*creation("a")).status == 409
    assert update.complete().status == 409


def test_observer_is_told() -> None:
    """Whoever watches hears of the start, and of every entry once."""
    heard = _Heard()
    site = Site()
    site.client_with_stack()
    client = ProtocolClient(site.app(observer=heard).handle, DEV)

    update = client.open_update()
    first, second = begin(1, 1, "creating", name="a"), success(2, 1, state=resource("a"))
    assert update.append(first).is_ok
    assert update.append(first, second).is_ok
    assert update.append(second).is_ok

    assert [found.status for found in heard.started] == [UpdateStatus.RUNNING]
    assert heard.sequence_ids == [1, 2]


class _Heard:
    def __init__(self) -> None:
        self.started: list[UpdateRecord] = []
        self.sequence_ids: list[int] = []

    def update_started(self, update: UpdateRecord) -> None:
        self.started.append(update)

    def journal_grew(self, update: UpdateRecord, entries: Sequence[JournalEntry]) -> None:
        assert update.id == self.started[-1].id
        self.sequence_ids += [found.sequence_id for found in entries]
