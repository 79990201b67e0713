"""Updates of clients without a journal, which send the whole state after each step."""

from pathlib import Path
from typing import Any

import pytest

from journals import deployment, resource, urn
from orchestrator.state.records import LEASE_LENGTH, SecretsProvider, UpdateStatus
from protocol_client import ProtocolClient
from state_sites import DEV, Site, creation, names_in
from storages import directory_opener
from watched_storage import Moment, Outage

CLOUD = SecretsProvider("awskms://alias/k", "a2V5").as_state()
A, B, C = resource("a"), resource("b"), resource("c")


@pytest.fixture(params=["memory", "directory"])
def site(request: pytest.FixtureRequest, tmp_path: Path) -> Site:
    return Site() if request.param == "memory" else Site(directory_opener(tmp_path / "store"))


@pytest.fixture
def client(site: Site) -> ProtocolClient:
    return site.client_with_stack()


@pytest.mark.parametrize("ending", ["succeeded", "failed"])
def test_last_one_counts(client: ProtocolClient, ending: str) -> None:
    """The last checkpoint is the state, however the update ends."""
    update = client.open_update()
    for resources in ((A,), (A, B), (B,)):
        assert update.append_checkpoint(*resources).is_ok
    assert update.complete(ending).is_ok
    assert update.complete(ending).is_ok

    assert names_in(client.export().document) == ["b"]
    assert names_in(client.export("1").document) == ["b"]
    assert client.history()[0]["result"] == ending


def test_state_is_kept_as_it_came(client: ProtocolClient) -> None:
    """Nothing is folded into it: features and pending operations are the client's."""
    pending = [{"type": "updating", "resource": B}]
    state = deployment(resource("a", taint=True), pending_operations=pending)
    update = client.open_update()
    assert update.append_checkpoint(version=4, features=["taint"], deployment=state).is_ok
    assert update.complete().is_ok

    assert client.export().document == {"version": 4, "features": ["taint"], "deployment": state}


def test_killed_client(site: Site, client: ProtocolClient) -> None:
    """What was acknowledged is the state after a take-over, and after a cancel."""
    update = client.open_update()
    assert update.append_checkpoint(A).is_ok
    site.clock.advance(LEASE_LENGTH.total_seconds())
    second = site.client().open_update()
    assert names_in(client.export().document) == ["a"]
    assert site.status_of(update) is UpdateStatus.ABANDONED

    assert second.append_checkpoint(A, B).is_ok
    assert second.cancel().is_ok
    assert names_in(client.export().document) == ["a", "b"]
    for late in (update, second):
        assert late.append_checkpoint(C).status == 409
        assert late.complete().status == 409
    assert names_in(client.export().document) == ["a", "b"]


def test_zombie(site: Site, client: ProtocolClient) -> None:
    """A process that slept through the end of its lease writes nothing any more."""
    update = client.open_update()
    assert update.append_checkpoint(A).is_ok
    site.clock.advance(LEASE_LENGTH.total_seconds())
    site.client().run_update(*creation("b"))

    assert update.append_checkpoint(A, C).status == 409
    assert update.renew().status == 403
    assert names_in(client.export().document) == ["a", "b"]


def test_late_repetition(site: Site, client: ProtocolClient) -> None:
    """A checkpoint that was delayed on its way does not bring an old state back."""
    update = client.open_update()
    assert update.append_checkpoint(A).is_ok
    assert update.through(site.client()).append_checkpoint(A, B).is_ok

    for process in (client, site.client()):
        assert update.through(process).append_checkpoint(A).is_ok

    assert update.complete().is_ok
    assert names_in(client.export().document) == ["a", "b"]


def test_lost_answer(site: Site) -> None:
    """A checkpoint whose answer was lost is sent again, and is there once."""
    watch = Outage(call="log.append", moment=Moment.AFTER, times=0)
    client = site.client_with_stack(watch)
    update = client.open_update()
    watch.times = 1

    assert update.append_checkpoint(A).status == 503
    assert update.append_checkpoint(A).is_ok
    assert update.complete().is_ok
    assert len(site.storage().log.read(update.id)) == 2


@pytest.mark.parametrize("checkpoint_first", [True, False])
def test_no_mixture(site: Site, client: ProtocolClient, checkpoint_first: bool) -> None:
    """Entries and checkpoints in one update contradict each other; what was first stays."""
    update = client.open_update()
    other = update.through(site.client())
    if checkpoint_first:
        assert update.append_checkpoint(A).is_ok
        assert other.append(*creation("b")).status == 400
    else:
        assert update.append(*creation("a")).is_ok
        assert other.append_checkpoint(B).status == 400

    assert update.append_checkpoint(C).status in (400, 409)
    assert update.complete().status == 409
    assert names_in(client.export().document) == ["a"]


@pytest.mark.parametrize(
    "fields",
    [
        {"version": 5},
        {"version": None},
        {"deployment": []},
        {"deployment": {"resources": [1]}},
        {"version": 4, "features": [1]},
    ],
    ids=str,
)
def test_bad_checkpoint_ends_the_update(client: ProtocolClient, fields: dict[str, Any]) -> None:
    """A checkpoint that cannot be read is refused for good."""
    update = client.open_update()
    assert update.append_checkpoint(A).is_ok

    assert update.append_checkpoint(**fields).status == 400

    assert update.append_checkpoint(A, B).status == 409
    assert update.complete().status == 409
    assert names_in(client.export().document) == ["a"]


def test_other_provider_ends_the_update(client: ProtocolClient) -> None:
    """The secrets provider does not change within an update, by checkpoints either."""
    update = client.open_update()
    assert update.append_checkpoint(deployment=deployment(A, secrets_providers=CLOUD)).is_ok
    assert update.complete().is_ok
    update = client.open_update()
    other = {"type": "passphrase", "state": {"salt": "v1:x"}}

    reply = update.append_checkpoint(deployment=deployment(A, B, secrets_providers=other))

    assert reply.status == 400
    assert "from 'cloud' to 'passphrase'" in reply.message
    assert "from 'cloud' to 'passphrase'" in update.complete().message
    assert names_in(client.export().document) == ["a"]
    assert client.export().document["deployment"]["secrets_providers"] == CLOUD


def test_state_that_the_engine_would_refuse(site: Site, client: ProtocolClient) -> None:
    """The last checkpoint is broken: the stack is conflicted, and its checkpoint untouched."""
    update = client.open_update()
    assert update.append_checkpoint(resource("a", parent=urn("gone"))).is_ok

    reply = update.complete()

    assert reply.status == 409
    assert "is missing" in reply.message
    assert site.status_of(update) is UpdateStatus.CONFLICTED
    assert names_in(client.export().document) == []


def test_dry_run_has_no_checkpoint(client: ProtocolClient) -> None:
    """A dry run leaves nothing behind."""
    update = client.open_update(dry_run=True)

    assert update.append_checkpoint(A).status == 400
    assert update.complete().is_ok
    assert client.show_stack().document["version"] == 0


def test_update_without_checkpoints(site: Site, client: ProtocolClient) -> None:
    """An update in which nothing happened leaves the state as it is."""
    client.run_update(*creation("a"))
    client.run_update()

    assert names_in(client.export().document) == ["a"]
    assert site.service().stacks.require(DEV).version == 2
