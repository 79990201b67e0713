"""What ends after its update was cancelled is refused, and recorded all the same."""

from pathlib import Path

import pytest

from journals import begin, entry, resource, success
from orchestrator.state.journal import JournalEntryKind
from orchestrator.state.names import late_log_id
from protocol_client import ClientUpdate, ProtocolClient
from state_sites import Site, creation, names_in
from storages import directory_opener
from watched_storage import Died, Killer, Meanwhile, Moment, Outage, Watch

A, B = creation("a", first=1), creation("b", first=3)


@pytest.fixture(params=["memory", "directory"])
def site(request: pytest.FixtureRequest, tmp_path: Path) -> Site:
    return Site() if request.param == "memory" else Site(directory_opener(tmp_path / "store"))


@pytest.fixture
def client(site: Site) -> ProtocolClient:
    return site.client_with_stack()


def cancelled(client: ProtocolClient) -> ClientUpdate:
    """An update that was cancelled while `a` and `b` were being created."""
    update = client.open_update()
    assert update.append(A[0], B[0]).is_ok
    assert update.cancel().is_ok
    return update


def pending(client: ProtocolClient) -> int:
    return len(client.export().document["deployment"].get("pending_operations") or ())


def test_late_outcomes_are_recorded(site: Site, client: ProtocolClient) -> None:
    """Each late outcome is refused, and gets an update of its own; the cancelled one stays."""
    update = cancelled(client)
    assert (names_in(client.export().document), pending(client)) == ([], 2)

    assert update.append(A[1]).status == 409
    assert (names_in(client.export().document), pending(client)) == (["a"], 1)
    assert update.through(site.client()).append(B[1]).status == 409

    assert (names_in(client.export().document), pending(client)) == (["a", "b"], 0)
    kinds = [(found["kind"], found["result"]) for found in client.history()]
    assert kinds == [("import", "succeeded"), ("import", "succeeded"), ("update", "failed")]
    assert client.history()[0]["message"] == (
        "outcomes of update 1 that came after it was cancelled"
    )
    assert names_in(client.export("1").document) == []
    assert update.complete().status == 409
    assert site.lock_keys() == []
    client.run_update(*creation("c"))
    assert names_in(client.export().document) == ["a", "b", "c"]


def test_failure_is_an_outcome(client: ProtocolClient) -> None:
    """A create that failed is not pending any more."""
    update = cancelled(client)

    assert update.append(entry(JournalEntryKind.FAILURE, 5, 1)).status == 409

    assert (names_in(client.export().document), pending(client)) == ([], 1)


def test_nothing_new_is_recorded(client: ProtocolClient) -> None:
    """What had not begun before the cancel does not count, nor does a begin or a repetition."""
    update = cancelled(client)
    assert update.append(A[1]).status == 409

    for late in (creation("c", first=5), (begin(5, 5),), (success(6, 9, state=resource("x")),), A):
        assert update.append(*late).status == 409
    assert update.by_lease("PATCH", "journalentries", b"{").status == 400

    assert names_in(client.export().document) == ["a"]
    assert len(client.history()) == 2


def test_somebody_has_gone_on(client: ProtocolClient) -> None:
    """Once another update has begun, its base is pinned: the late outcome stays outside."""
    update = cancelled(client)
    second = client.open_update()

    assert update.append(A[1]).status == 409

    assert second.append(*creation("c")).is_ok
    assert second.complete().is_ok
    assert update.append(B[1]).status == 409
    assert (names_in(client.export().document), pending(client)) == (["c"], 2)


def test_somebody_goes_on_at_the_last_moment(site: Site) -> None:
    """Of an update and a late outcome at the same time, one is first, and both hold."""
    client = site.client_with_stack()
    update = cancelled(client)

    def go_on() -> None:
        site.client().run_update(*creation("c"))

    late = update.through(site.client(Meanwhile(call="objects.list", action=go_on)))
    assert late.append(A[1]).status == 409

    assert names_in(client.export().document) == ["c"]
    assert site.lock_keys() == []
    client.run_update(*creation("d"))


def test_other_endings_take_nothing_late(site: Site, client: ProtocolClient) -> None:
    """An update that was refused or completed is over: what comes after it is not looked at."""
    update = client.open_update()
    assert update.append(A[0]).is_ok
    assert update.complete("failed").is_ok

    assert update.append(A[1]).status == 409

    assert (names_in(client.export().document), pending(client)) == ([], 1)
    assert site.storage().log.read(late_log_id(update.id)) == ()


@pytest.mark.parametrize("call", ["log.append", "objects.put", "records.put", "log.read"])
def test_outage(site: Site, call: str) -> None:
    """If the store fails, the client sends its batch again, and it is recorded then."""
    watch = Outage(call=call, moment=Moment.BEFORE, times=0)
    client = site.client_with_stack(watch)
    update = cancelled(client)
    watch.times = 1

    statuses = [update.append(A[1]).status for _ in range(4)]

    assert statuses[-1] == 409
    assert (names_in(client.export().document), pending(client)) == (["a"], 1)


@pytest.mark.thorough
@pytest.mark.parametrize("moment", Moment)
def test_death(moment: Moment) -> None:
    """Wherever the service dies over it, the late outcome is recorded or still pending."""
    for number in range(1, _calls() + 1):
        site = Site()
        update = cancelled(site.client_with_stack())
        with pytest.raises(Died):
            update.through(site.client(Killer(at_call=number, moment=moment))).append(A[1])
        site.clock.advance(1000)
        client = site.client()
        assert update.through(client).append(A[1]).status == 409

        client.run_update(*creation("c"))

        names = names_in(client.export().document)
        assert (names, pending(client)) in ((["a", "c"], 1), (["c"], 2))
        assert site.lock_keys() == []


def test_deletion_takes_them_along(site: Site, client: ProtocolClient) -> None:
    """Nothing is left of them when the stack is removed."""
    update = cancelled(client)
    assert update.append(A[1]).status == 409
    assert client.delete_stack(force=True).is_ok

    assert site.storage().log.read(late_log_id(update.id)) == ()


def _calls() -> int:
    site, watch = Site(), Watch()
    update = cancelled(site.client_with_stack())
    update.through(site.client(watch)).append(A[1])
    return len(watch.calls)
