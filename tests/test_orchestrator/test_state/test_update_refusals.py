"""A refused batch ends its update, loudly and for good."""

from pathlib import Path

import pytest

from journals import Entry, begin
from orchestrator.state.records import UpdateStatus
from protocol_client import ProtocolClient
from state_sites import Site, creation, names_in
from storages import directory_opener
from watched_storage import Moment, Outage

NEWER_KIND: Entry = begin(3, 3) | {"kind": 99}
OTHER_CONTENT: Entry = begin(1, 1, "creating", name="other")


@pytest.fixture(params=["memory", "directory"])
def site(request: pytest.FixtureRequest, tmp_path: Path) -> Site:
    return Site() if request.param == "memory" else Site(directory_opener(tmp_path / "store"))


@pytest.fixture
def client(site: Site) -> ProtocolClient:
    return site.client_with_stack()


@pytest.mark.parametrize("refused", [NEWER_KIND, OTHER_CONTENT], ids=["kind", "content"])
def test_refusal_is_sticky(site: Site, client: ProtocolClient, refused: Entry) -> None:
    """After a refused batch everything is refused, completion included; what was acknowledged
    before is published as failed."""
    update = client.open_update()
    assert update.append(*creation("a")).is_ok

    first = update.append(refused)

    assert first.status == 400
    for process in (client, site.client()):
        here = update.through(process)
        assert here.append(*creation("b", first=5)).status == 409
        assert here.append(*creation("a")).status == 409
        assert here.renew().status == 403
        assert here.complete().status == 409
        assert here.complete("failed").status == 409
    assert site.status_of(update) is UpdateStatus.FAILED
    assert names_in(client.export().document) == ["a"]
    assert site.lock_keys() == []
    client.run_update(*creation("c"))
    assert names_in(client.export().document) == ["a", "c"]


def test_unreadable_batch_is_refused_for_good(client: ProtocolClient) -> None:
    """A batch that is no JSON ends the update like any other that cannot be accepted."""
    update = client.open_update()

    assert update.by_lease("PATCH", "journalentries", b"{").status == 400
    assert update.append(*creation("a")).status == 409


def test_refusal_while_the_store_is_away(site: Site) -> None:
    """If the refusal cannot be written down, the client sends its batch again, and is refused."""
    watch = Outage(call="log.append", moment=Moment.BEFORE, times=0)
    client = site.client_with_stack(watch)
    update = client.open_update()
    watch.times = 1

    assert update.append(NEWER_KIND).status == 503
    assert update.append(NEWER_KIND).status == 400
    assert update.complete().status == 409


def test_hole_at_completion_is_refused(site: Site, client: ProtocolClient) -> None:
    """A batch was lost: the update fails, whatever the client says, and keeps what is there."""
    update = client.open_update()
    assert update.append(*creation("a", first=1), *creation("b", first=4)).is_ok

    reply = update.complete()

    assert reply.status == 409
    assert "journal entry 3 never arrived" in reply.message
    assert update.complete().status == 409
    assert site.status_of(update) is UpdateStatus.FAILED
    assert names_in(client.export().document) == ["a", "b"]
