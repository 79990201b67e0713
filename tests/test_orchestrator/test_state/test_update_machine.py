"""Anything in any order: several processes, lost answers, deaths, expired leases, zombies.

Hypothesis plays clients against processes of the service that die in the middle of calls. After
every step the store itself must tell a consistent story (`_Story`).
"""

import dataclasses
from typing import Any

import pytest
from hypothesis import HealthCheck, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from journals import Entry, begin, resource, success
from orchestrator.state.fold import fold
from orchestrator.state.journal_contents import read_contents
from orchestrator.state.publish import UNKNOWN_ENGINE_VERSION
from orchestrator.state.records import LEASE_LENGTH, UpdateRecord, UpdateStatus
from protocol_client import ClientUpdate, ProtocolClient, Reply
from state_sites import DEV, Site
from watched_storage import Died, Killer, Moment

FUZZ_SEEDS = range(4)

PROCESSES = st.integers(0, 2)
# Which call of the store is the last one of a process, or 0: it lives.
DEATHS = st.one_of(st.just(0), st.just(0), st.integers(1, 12))
MOMENTS = st.sampled_from(Moment)


@dataclasses.dataclass(slots=True)
class Told:
    """One update as its client knows it: what it sent, and what it was told."""

    update: ClientUpdate
    number: int
    """Tells the resources of this update from those of others."""
    version: int = 0
    sent: set[int] = dataclasses.field(default_factory=set)
    """Sequence ids of all entries that it ever sent."""
    acknowledged: set[int] = dataclasses.field(default_factory=set)
    status: str = ""
    """How its client completes it: a repeated completion says the same."""
    is_completed: bool = False
    """Whether the completion was acknowledged."""
    is_refused: bool = False
    """Whether the service has said that it is over."""


class UpdateMachine(RuleBasedStateMachine):
    """Clients come to any of three processes; one that dies is replaced by a fresh one."""

    updates: Bundle[Told] = Bundle("updates")

    @initialize()
    def make_stack(self) -> None:
        self.site = Site()
        self.told: list[Told] = []
        self.highest_version = 0
        self.processes = [self.site.client() for _ in range(3)]
        assert self.processes[0].create_stack().is_ok

    @rule(target=updates, process=PROCESSES)
    def create(self, process: int) -> Told:
        told = Told(self.processes[process].create_update(), len(self.told))
        self.told.append(told)
        return told

    @rule(told=updates, process=PROCESSES, death=DEATHS, moment=MOMENTS)
    def start(self, told: Told, process: int, death: int, moment: Moment) -> None:
        lease = told.update.lease
        reply = self._call(told, process, death, moment, "start")
        if reply and reply.is_ok:
            assert not lease, "it started twice"
            told.version = reply.document["version"]
            assert told.version > self.highest_version
            self._note_version(told.version)

    @rule(
        told=updates,
        process=PROCESSES,
        death=DEATHS,
        moment=MOMENTS,
        pairs=st.lists(st.integers(0, 5), min_size=1, max_size=4),
    )
    def append(
        self, told: Told, process: int, death: int, moment: Moment, pairs: list[int]
    ) -> None:
        """Batches repeat, overlap and come out of order; each pair creates one resource."""
        entries = [found for pair in pairs for found in _creation(told, pair)]
        told.sent |= {found["sequenceID"] for found in entries}
        reply = self._call(told, process, death, moment, "append", *entries)
        if reply and reply.is_ok:
            # Behind a seal only what is there already may be acknowledged: the story tells.
            told.acknowledged |= {found["sequenceID"] for found in entries}

    @rule(
        told=updates,
        process=PROCESSES,
        death=DEATHS,
        moment=MOMENTS,
        status=st.sampled_from(["succeeded", "failed"]),
    )
    def complete(self, told: Told, process: int, death: int, moment: Moment, status: str) -> None:
        told.status = told.status or status
        reply = self._call(told, process, death, moment, "complete", told.status)
        if reply and reply.is_ok:
            assert not told.is_refused, "it was refused before"
            told.is_completed = True

    @rule(told=updates, process=PROCESSES, death=DEATHS, moment=MOMENTS)
    def renew(self, told: Told, process: int, death: int, moment: Moment) -> None:
        reply = self._call(told, process, death, moment, "renew")
        if reply and reply.is_ok:
            assert not told.is_completed, "it was completed before"

    @rule(told=updates, process=PROCESSES, death=DEATHS, moment=MOMENTS)
    def cancel(self, told: Told, process: int, death: int, moment: Moment) -> None:
        reply = self._call(told, process, death, moment, "cancel")
        if reply and reply.is_ok and not told.status:
            told.is_refused = told.is_refused or bool(told.update.lease)

    @rule(told=updates, process=PROCESSES)
    def send_what_is_refused(self, told: Told, process: int) -> None:
        """Another content under an id that was acknowledged; the update is over then."""
        if 1 in told.acknowledged:
            other = begin(1, 1, "creating", name="other")
            reply = told.update.through(self.processes[process]).append(other)
            assert reply.status in (400, 409)
            told.is_refused = told.is_refused or not told.status

    @rule(seconds=st.sampled_from([1.0, 100.0, LEASE_LENGTH.total_seconds()]))
    def wait(self, seconds: float) -> None:
        self.site.clock.advance(seconds)

    @rule(process=PROCESSES)
    def restart(self, process: int) -> None:
        self.processes[process] = self.site.client()

    @rule(told=consumes(updates))
    def forget(self, told: Told) -> None:
        """The client is gone; nobody calls for this update any more."""
        assert told in self.told

    @invariant()
    def story_is_consistent(self) -> None:
        story = _Story(self.site)
        assert story.version >= self.highest_version
        self._note_version(story.version)
        story.check()
        for told in self.told:
            story.check_told(told)

    def teardown(self) -> None:
        """Whatever was left behind, the next update goes through, and leaves no lock."""
        if not hasattr(self, "site"):
            return
        self.site.clock.advance(LEASE_LENGTH.total_seconds())
        client = self.site.client()
        update = client.open_update()
        assert update.append(begin(1, 1)).is_ok
        assert update.complete().is_ok
        assert self.site.lock_keys() == []
        self.story_is_consistent()

    def _call(
        self, told: Told, process: int, death: int, moment: Moment, method: str, *arguments: Any
    ) -> Reply | None:
        """One call by way of a process, which may die of it; None if it did."""
        client: ProtocolClient = self.processes[process]
        if death:
            client = self.site.client(Killer(at_call=death, moment=moment))
            self.processes[process] = client
        here = told.update.through(client)
        try:
            reply: Reply = getattr(here, method)(*arguments)
        except Died:
            self.processes[process] = self.site.client()
            return None
        told.update.lease = here.lease
        if death:
            # It was to die later than this call took.
            self.processes[process] = self.site.client()
        return reply

    def _note_version(self, version: int) -> None:
        self.highest_version = max(self.highest_version, version)


class _Story:
    """What the store says, read by somebody who has nothing to do with the processes."""

    def __init__(self, site: Site) -> None:
        self._storage = site.storage()
        service = site.service()
        self._service = service
        self._stack = service.stacks.require(DEV)
        self._history = list(reversed(service.updates.history(self._stack)))
        self.version = self._stack.version

    def check(self) -> None:
        """Numbers are unique, at most one update is open, and each state is the fold of its
        update's journal onto the state before."""
        versions = [update.version for update in self._history]
        assert len(set(versions)) == len(versions)
        open_ids = {found.id for found in self._history if not found.status.is_final}
        held = {self._stack.active.update_id} if self._stack.active else set()
        assert open_ids <= held
        assert not self._stack.conflict_update_id
        base: Any = None
        for update in self._history:
            if update.status.is_final:
                base = self._check_fold(update, base)

    def check_told(self, told: Told) -> None:
        """What this client was told is true and stays so."""
        update = self._service.updates.require(self._stack, told.update.id)
        stored = {
            entry.sequence_id for entry in read_contents(self._storage.log, update.id).entries
        }
        assert told.acknowledged <= stored <= told.sent
        if told.version:
            assert update.version == told.version
        if told.is_completed:
            assert update.status is UpdateStatus(told.status)

    def _check_fold(self, update: UpdateRecord, base: Any) -> Any:
        contents = read_contents(self._storage.log, update.id)
        assert contents.seal is not None
        state = self._service.stacks.state(DEV, version_id=update.checkpoint_version_id)
        if contents.last_entry_at is None:
            return state.deployment
        folded = fold(
            base or self._first_state(),
            contents.entries,
            folded_at=contents.last_entry_at,
            engine_version=UNKNOWN_ENGINE_VERSION,
        )
        assert state.deployment == folded.deployment
        return state.deployment

    def _first_state(self) -> Any:
        first = self._history[0]
        return self._service.stacks.state(DEV, version_id=first.base.version_id).deployment


def _creation(told: Told, pair: int) -> tuple[Entry, Entry]:
    first, name = 2 * pair + 1, f"u{told.number}r{pair}"
    return (
        begin(first, first, "creating", name=name),
        success(first + 1, first, state=resource(name)),
    )


def test_machine() -> None:
    """A short search, the same each time."""
    run_state_machine_as_test(
        UpdateMachine,
        settings=settings(
            max_examples=60,
            stateful_step_count=40,
            deadline=None,
            database=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )


@pytest.mark.fuzz
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("number", FUZZ_SEEDS)
def test_machine_for_long(number: int) -> None:
    """A long search from a seed of its own."""

    @seed(number)
    class Seeded(UpdateMachine):
        pass

    run_state_machine_as_test(
        Seeded,
        settings=settings(
            max_examples=500,
            stateful_step_count=60,
            deadline=None,
            database=None,
            print_blob=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
