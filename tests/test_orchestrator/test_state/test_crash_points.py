"""The service dies, or its store fails, before and after every single call of whole lives.

Afterwards a fresh process with nothing but the store goes on, and nothing is lost, stuck or twice.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import pytest

from journals import resource
from orchestrator.state.records import LEASE_LENGTH
from protocol_client import ClientUpdate, ProtocolClient, Reply
from state_sites import Site, creation, names_in
from storages import directory_opener
from watched_storage import Died, Killer, Moment, OutageAt, Watch

pytestmark = pytest.mark.thorough

# The CLI makes four attempts at what it may repeat.
ATTEMPTS = 4


@dataclass(slots=True)
class Witness:
    """What a client was told, and what it tried."""

    site: Site
    client: ProtocolClient
    acknowledged: set[str] = field(default_factory=set)
    """Names of resources whose entries were acknowledged."""
    tried: set[str] = field(default_factory=set)
    versions: list[int] = field(default_factory=list)
    """Numbers of the updates that were started, as the client was told."""
    completed: list[int] = field(default_factory=list)
    """Numbers of those whose completion as succeeded was acknowledged."""
    is_deleted: bool = False

    def make_stack(self) -> None:
        """As a person does it: once more if it fails, and well if it is there."""
        assert _repeated(self.client.create_stack).status in (200, 409)

    def start(self) -> ClientUpdate | None:
        """Begin an update; neither call is repeated, and what fails is given up."""
        created = self.client.request_update()
        if not created.is_ok:
            return None
        update = ClientUpdate(self.client, created.document["updateID"])
        started = update.start()
        if not started.is_ok:
            return None
        self.versions.append(started.document["version"])
        return update

    def create_resource(self, update: ClientUpdate, name: str, *, first: int) -> None:
        self.tried.add(name)
        if _repeated(lambda: update.append(*creation(name, first=first))).is_ok:
            self.acknowledged.add(name)

    def complete(self, update: ClientUpdate) -> None:
        if _repeated(update.complete).is_ok:
            self.completed.append(self.versions[-1])

    def run(self, *names: str) -> None:
        """One update, a batch for each resource."""
        if update := self.start():
            for number, name in enumerate(names):
                self.create_resource(update, name, first=2 * number + 1)
            _repeated(lambda: update.send_summary(create=len(names)))
            _repeated(update.renew)
            self.complete(update)


def whole_life(witness: Witness) -> None:
    """A stack is made and updated twice."""
    witness.make_stack()
    witness.run("a", "b")
    witness.run("c", "d")


def life_with_take_over(witness: Witness) -> None:
    """An update is left open by another process, and taken over by this one."""
    other = Witness(witness.site, witness.site.client())
    assert other.client.create_stack().is_ok
    left_open = other.start()
    assert left_open
    other.create_resource(left_open, "a", first=1)
    witness.acknowledged |= other.acknowledged
    witness.tried |= other.tried
    witness.versions += other.versions
    witness.site.clock.advance(LEASE_LENGTH.total_seconds())
    witness.run("b")


def life_with_cancel(witness: Witness) -> None:
    """An update is cancelled half-way, and another one follows."""
    witness.make_stack()
    if update := witness.start():
        witness.create_resource(update, "a", first=1)
        _repeated(update.cancel)
    witness.run("b")


def life_with_refusal(witness: Witness) -> None:
    """A batch is refused for good, and another update follows."""
    witness.make_stack()
    if update := witness.start():
        witness.create_resource(update, "a", first=1)
        _repeated(lambda: update.append(*creation("other", first=1)))
        _repeated(lambda: update.complete("failed"))
    witness.run("b")


def life_with_deletion(witness: Witness) -> None:
    """A stack is updated, deleted, and made again."""
    witness.make_stack()
    witness.run("a")
    witness.is_deleted = True
    witness.acknowledged.clear()
    witness.versions.clear()
    witness.completed.clear()
    if _repeated(lambda: witness.client.delete_stack(force=True)).is_ok:
        witness.tried.clear()
        witness.make_stack()
        witness.run("b")


def life_with_checkpoints(witness: Witness) -> None:
    """A client without a journal updates a stack, and another one after it."""
    witness.make_stack()
    if update := witness.start():
        for names in ("a", "ab"):
            witness.tried |= set(names)
            if _repeated(partial(update.append_checkpoint, *map(resource, names))).is_ok:
                witness.acknowledged |= set(names)
        witness.complete(update)
    witness.run("c")


LIVES = (
    whole_life,
    life_with_take_over,
    life_with_cancel,
    life_with_refusal,
    life_with_deletion,
    life_with_checkpoints,
)
Life = Callable[[Witness], None]


@pytest.mark.parametrize("moment", Moment)
@pytest.mark.parametrize("life", LIVES)
def test_death_in_memory(life: Life, moment: Moment) -> None:
    """Death at every call of every life, over the store in memory."""
    _die_everywhere(life, moment, _memory_sites())


@pytest.mark.parametrize("life", LIVES)
def test_death_over_a_directory(life: Life, tmp_path: Path) -> None:
    """A sample of the points over a directory, where the next process reads what is on disk."""
    sites = _directory_sites(tmp_path)
    for number in range(1, _calls_of(life) + 1, 10):
        _die(life, number, Moment.AFTER if number % 20 == 1 else Moment.BEFORE, next(sites))


@pytest.mark.fuzz
@pytest.mark.parametrize("moment", Moment)
@pytest.mark.parametrize("life", LIVES)
def test_death_at_every_call_over_a_directory(life: Life, moment: Moment, tmp_path: Path) -> None:
    """All points over a directory."""
    _die_everywhere(life, moment, _directory_sites(tmp_path))


@pytest.mark.parametrize("moment", Moment)
@pytest.mark.parametrize("life", LIVES)
def test_outage_in_memory(life: Life, moment: Moment) -> None:
    """The store fails one call, which may have been done: the client repeats what the CLI repeats,
    and the service lives on."""
    for number in range(1, _calls_of(life) + 1):
        site = Site()
        outage = OutageAt(at_call=number, moment=moment)
        witness = Witness(site, site.client(outage))
        life(witness)
        assert outage.has_struck
        _check_recovery(witness)


def _die_everywhere(life: Life, moment: Moment, sites: Iterator[Site]) -> None:
    calls = _calls_of(life)
    reached = sum(_die(life, number, moment, next(sites)) for number in range(1, calls + 1))
    assert reached == calls
    assert calls > 20


def _die(life: Life, number: int, moment: Moment, site: Site) -> bool:
    """Live until that call, and see that a fresh process goes on; whether the call was reached."""
    killer = Killer(at_call=number, moment=moment)
    witness = Witness(site, site.client(killer))
    with pytest.raises(Died):
        life(witness)
    site.clock.advance(LEASE_LENGTH.total_seconds())
    _check_recovery(witness)
    return killer.has_struck


def _calls_of(life: Life) -> int:
    """How many calls of the store the life makes when nothing goes wrong."""
    site, watch = Site(), Watch()
    witness = Witness(site, site.client(watch))
    life(witness)
    assert witness.completed
    assert witness.acknowledged == witness.tried
    return len(watch.calls)


def _check_recovery(witness: Witness) -> None:
    """A fresh process goes on as if nothing had happened, and finds all that was acknowledged."""
    site, client = witness.site, witness.site.client()
    if not client.show_stack().is_ok:
        assert witness.is_deleted or not witness.versions
        assert client.create_stack().is_ok
    update = client.create_update()
    reply = update.start()
    if witness.is_deleted and reply.status == 404:
        # The deletion had begun; it is finished by asking for it again.
        assert client.delete_stack().is_ok
        assert client.create_stack().is_ok
        update = client.create_update()
        reply = update.start()
    assert reply.is_ok, reply
    assert update.append(*creation("last")).is_ok
    assert update.complete().is_ok
    assert update.complete().is_ok

    names = names_in(client.export().document)
    assert len(names) == len(set(names))
    assert witness.acknowledged | {"last"} <= set(names) <= witness.tried | {"last"}
    history = client.history()
    versions = [entry["version"] for entry in history]
    assert versions == list(range(len(versions), 0, -1))
    assert set(witness.versions) <= set(versions)
    assert reply.document["version"] == client.show_stack().document["version"] == versions[0]
    assert reply.document["version"] > max(witness.versions, default=0)
    results = {entry["version"]: entry["result"] for entry in history}
    assert all(results[version] == "succeeded" for version in witness.completed)
    assert "in-progress" not in results.values()
    for version in versions:
        assert client.export(str(version)).is_ok
    assert site.lock_keys() == []
    assert client.delete_stack(force=True).is_ok
    assert client.show_stack().status == 404


def _repeated(call: Callable[[], Reply]) -> Reply:
    reply = call()
    for _ in range(ATTEMPTS - 1):
        if reply.status < 500:
            break
        reply = call()
    return reply


def _memory_sites() -> Iterator[Site]:
    while True:
        yield Site()


def _directory_sites(root: Path) -> Iterator[Site]:
    number = 0
    while True:
        number += 1
        yield Site(directory_opener(root / str(number)))
