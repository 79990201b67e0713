"""Updates are held by whoever started them, until they are cancelled or their lease ends."""

from dataclasses import dataclass, field

import pytest

from hoist.clock import FixedClock
from hoist.secret import Secret
from journals import begin, resource, success
from orchestrator.state.names import StackName
from orchestrator.state.records import LEASE_LENGTH, Holder
from orchestrator.state.service import StateService
from orchestrator.state.serving.access import WholeStoreAccess
from orchestrator.state.serving.app import ServingApp
from orchestrator.state.storage import Storage
from orchestrator.state.stores.memory import in_memory_storage
from protocol_client import TOKEN, ProtocolClient
from state_sites import KnownHolders
from storages import NOON

DEV = StackName("shop", "dev")
ANN = Holder("laptop", "machine-1", pid=101, process_started_at="1")
BOB = Holder("laptop", "machine-1", pid=202, process_started_at="2")
NOBODY = Holder()


@dataclass(slots=True)
class CallingClient:
    """Says that this process is calling."""

    caller: Holder = NOBODY

    def holder(self) -> Holder:
        return self.caller


@dataclass(slots=True)
class ServedSite:
    """An app on a store in memory, and who calls it."""

    storage: Storage = field(default_factory=in_memory_storage)
    clock: FixedClock = field(default_factory=lambda: FixedClock(NOON))
    holders: KnownHolders = field(default_factory=KnownHolders)
    calling: CallingClient = field(default_factory=CallingClient)

    def app(self) -> ServingApp:
        service = StateService.over(self.storage, holders=self.holders, clock=self.clock)
        return ServingApp(service, WholeStoreAccess(Secret(TOKEN)), clients=self.calling)


@pytest.fixture
def site() -> ServedSite:
    return ServedSite()


@pytest.fixture
def client(site: ServedSite) -> ProtocolClient:
    """A client, whose stack is there."""
    client = ProtocolClient(site.app().handle, DEV)
    assert client.create_stack().is_ok
    return client


def test_the_refusal_names_who_started(site: ServedSite, client: ProtocolClient) -> None:
    """Who comes second hears which process is at work, for how long, and what to do."""
    site.calling.caller = ANN
    client.open_update()
    site.clock.advance(12)
    site.calling.caller = BOB

    refused = client.create_update().start()

    assert refused.status == 409
    assert "by process 101 on laptop, running for 12 s" in refused.message
    assert "wait for it to end" in refused.message


def test_who_is_gone_makes_way(site: ServedSite, client: ProtocolClient) -> None:
    """What a dead client had acknowledged is kept, and the next one starts at once."""
    site.calling.caller = ANN
    update = client.open_update()
    assert update.append(begin(1, 1), success(2, 1, state=resource("a"))).is_ok
    site.holders.gone.add(ANN)
    site.calling.caller = BOB

    client.open_update()

    exported = client.export().document["deployment"]["resources"]
    assert [each["id"] for each in exported] == ["id-a"]
    assert update.append(begin(3, 2)).status == 409


def test_of_an_unknown_client_the_lease_decides(site: ServedSite, client: ProtocolClient) -> None:
    """Where nothing can be proven, the stack is free when the lease has ended, and not before."""
    client.open_update()
    site.clock.advance(LEASE_LENGTH.total_seconds() - 1)
    assert client.create_update().start().status == 409

    site.clock.advance(1)

    client.open_update()


def test_cancel_frees_the_stack(site: ServedSite, client: ProtocolClient) -> None:
    """Nobody has to wait for the lease of an update that was cancelled."""
    update = client.open_update()

    assert update.cancel().is_ok

    client.open_update()
    assert update.append(begin(1, 1)).status == 409


def test_another_server_goes_on_with_an_update(site: ServedSite, client: ProtocolClient) -> None:
    """A server that was started anew knows the updates, and who holds them."""
    site.calling.caller = ANN
    update = client.open_update()
    restarted = ProtocolClient(site.app().handle, DEV)
    site.calling.caller = BOB

    assert restarted.create_update().start().status == 409
    moved = update.through(restarted)
    assert moved.append(begin(1, 1), success(2, 1, state=resource("a"))).is_ok
    assert moved.renew().is_ok
    assert moved.send_summary(create=1).is_ok
    assert moved.complete().is_ok

    [told] = restarted.history()
    assert (told["result"], told["resourceChanges"]) == ("succeeded", {"create": 1})


def test_without_the_token_nothing_is_answered(site: ServedSite) -> None:
    """Any route refuses a stranger, the start of an update included."""
    stranger = ProtocolClient(site.app().handle, DEV, token="of another store")

    assert stranger.create_stack().status == 401
    assert stranger.call("POST", f"{stranger.stack_path}/update/upd-1", {}).status == 401
