"""Anything in any order: submits, claims, deaths, lost answers, lost rings, wishes, time passing.

Hypothesis plays people and three workers, whose processes may die or lose the store at any call.
After every step the store must tell a consistent story, and all that anybody was told must be true.
"""

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import pytest
from hypothesis import HealthCheck, assume, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from orchestrator.runs.claiming import LEASE_LENGTH
from orchestrator.runs.errors import (
    ClaimLostError,
    IdempotencyKeyReusedError,
    NoAttentionNeededError,
    RunFinishedError,
)
from orchestrator.runs.records import Claim, Progress, Run
from orchestrator.runs.service import RunService
from orchestrator.runs.slices import SliceEnding
from orchestrator.runs.states import RunState, SliceOutcome
from orchestrator.runs.wishes import Resolution
from orchestrator.state.errors import StoreUnavailableError
from run_sites import OTHER_STACK, STACK, RunSite, Throttled, request
from run_story import check_story, finish_everything
from storages import OpenStorage, directory_opener, memory_opener
from watched_storage import Died, Killer, Moment, OutageAt, Watch

pytestmark = pytest.mark.thorough

FUZZ_SEEDS = range(4)
WORKERS = 3

Answer = TypeVar("Answer")

STACKS = st.sampled_from([STACK, STACK, OTHER_STACK])
SLOTS = st.integers(0, WORKERS - 1)
KEYS = st.sampled_from(["", "", "k1", "k2", "k3", "k4"])
MESSAGES = st.sampled_from(["one", "one", "one", "other"])
PICKS = st.integers(0, 99)
# Three of five calls go well.
TROUBLES: st.SearchStrategy[Watch | None] = st.one_of(
    *(st.none() for _ in range(3)),
    st.builds(Killer, at_call=st.integers(1, 14), moment=st.sampled_from(Moment)),
    st.builds(OutageAt, at_call=st.integers(1, 14), moment=st.sampled_from(Moment)),
)


@dataclass(slots=True)
class Worker:
    """One invocation: the claim that it knows of, and what it may have done without an answer."""

    id: str
    claim: Claim | None = None
    lease_ends_at_least: float = 0
    """On the elapsed seconds of the clock, as far as the worker was told."""
    may_have_ended: set[SliceOutcome] = field(default_factory=set)


class RunMachine(RuleBasedStateMachine):
    """People and workers come to processes of the service; one that dies is replaced."""

    stores: Iterator[OpenStorage] = (memory_opener() for _ in itertools.count())

    @initialize(throttle=st.one_of(st.none(), st.integers(0, 999)))
    def open_store(self, throttle: int | None) -> None:
        self.site = RunSite(next(self.stores))
        # Over a throttled store every process has trouble all the time.
        self.throttle = None if throttle is None else Throttled(seed=throttle)
        self.numbers = itertools.count()
        self.workers = [self._fresh_worker() for _ in range(WORKERS)]
        self.told_runs: dict[str, str] = {}
        """Stacks of the runs that somebody was told of."""
        self.told_ends: dict[tuple[str, int], SliceOutcome] = {}
        self.finished: dict[str, Run] = {}

    @rule(stack=STACKS, key=KEYS, message=MESSAGES, trouble=TROUBLES)
    def submit(self, stack: str, key: str, message: str, trouble: Watch | None) -> None:
        wish = request(stack, key=key, message=message)
        try:
            submission = self._call(trouble, lambda service: service.submit(wish))
        except IdempotencyKeyReusedError:
            assert any(
                run.request.idempotency_key == key and run.request.message != message
                for run in check_story(self.site.records(), stack)
            )
            return
        if submission is not None:
            assert submission.run.request.asks_the_same_as(wish)
            assert submission.is_new == (submission.run.id not in self.told_runs) or key
            self.told_runs[submission.run.id] = stack

    @rule(slot=SLOTS, pick=PICKS, is_repeated=st.booleans(), trouble=TROUBLES)
    def answer_ring(self, slot: int, pick: int, is_repeated: bool, trouble: Watch | None) -> None:
        """A worker comes to one of the rings, which may be delivered again later."""
        rings = self.site.doorbell.rings
        assume(rings)
        stack = rings[pick % len(rings)]
        if not is_repeated:
            rings.remove(stack)
        self._claim(slot, stack, trouble)

    @rule(slot=SLOTS, stack=STACKS, trouble=TROUBLES)
    def come_without_ring(self, slot: int, stack: str, trouble: Watch | None) -> None:
        self._claim(slot, stack, trouble)

    @rule(pick=PICKS)
    def lose_ring(self, pick: int) -> None:
        rings = self.site.doorbell.rings
        assume(rings)
        del rings[pick % len(rings)]

    @rule(trouble=TROUBLES)
    def sweep(self, trouble: Watch | None) -> None:
        found = self._call(trouble, lambda service: service.stacks_to_ring())
        if found is not None:
            self.site.doorbell.rings += found.stack_ids

    @rule(slot=SLOTS, finished=st.integers(0, 3), trouble=TROUBLES)
    def heartbeat(self, slot: int, finished: int, trouble: Watch | None) -> None:
        worker = self.workers[slot]
        claim = worker.claim
        assume(claim)
        assert claim
        beat = Progress("upd-1", 7, finished)
        try:
            run = self._call(trouble, lambda service: service.heartbeat(claim, beat), slot=slot)
        except ClaimLostError:
            self._check_loss(worker)
            return
        if run is not None:
            assert not worker.may_have_ended or run.lease
            self._note_lease(worker)

    @rule(
        slot=SLOTS,
        outcome=st.sampled_from([*SliceOutcome, SliceOutcome.INTERRUPTED]),
        finished=st.integers(0, 2),
        trouble=TROUBLES,
    )
    def end_slice(
        self, slot: int, outcome: SliceOutcome, finished: int, trouble: Watch | None
    ) -> None:
        worker = self.workers[slot]
        claim = worker.claim
        assume(claim)
        assert claim
        ending = SliceEnding(outcome, Progress("upd-1", 7, finished))
        worker.may_have_ended.add(outcome)
        try:
            run = self._call(trouble, lambda service: service.end_slice(claim, ending), slot=slot)
        except ClaimLostError:
            worker.may_have_ended.discard(outcome)
            self._check_loss(worker)
            return
        if run is not None:
            self.told_ends[run.id, claim.slice_number] = outcome
            self.workers[slot] = self._fresh_worker()

    @rule(slot=SLOTS)
    def forget(self, slot: int) -> None:
        """The worker crashes."""
        self.workers[slot] = self._fresh_worker()

    @rule(pick=PICKS, trouble=TROUBLES)
    def cancel(self, pick: int, trouble: Watch | None) -> None:
        run_id, stack = self._pick_run(pick)
        try:
            run = self._call(trouble, lambda service: service.cancel(stack, run_id, who="eve"))
        except RunFinishedError:
            assert self._stored(run_id).state.is_final
            return
        assert run is None or run.state is RunState.CANCELLED or run.cancel

    @rule(pick=PICKS, resolution=st.sampled_from(Resolution), trouble=TROUBLES)
    def resolve(self, pick: int, resolution: Resolution, trouble: Watch | None) -> None:
        run_id, stack = self._pick_run(pick)
        try:
            self._call(
                trouble,
                lambda service: service.resolve_attention(stack, run_id, resolution, who="ada"),
            )
        except NoAttentionNeededError:
            assert self._stored(run_id).state is not RunState.NEEDS_ATTENTION

    @rule(seconds=st.sampled_from([1.0, 20.0, 60.0, 120.0]))
    def wait(self, seconds: float) -> None:
        self.site.clock.advance(seconds)

    @invariant()
    def story_is_consistent(self) -> None:
        runs = {
            run.id: run
            for stack in (STACK, OTHER_STACK)
            for run in check_story(self.site.records(), stack)
        }
        assert self.told_runs.keys() <= runs.keys()
        for (run_id, number), outcome in self.told_ends.items():
            assert runs[run_id].slices[number - 1].outcome is outcome
        for run_id, run in self.finished.items():
            assert runs[run_id] == run, "a final state has changed"
        self.finished |= {run.id: run for run in runs.values() if run.state.is_final}
        self._check_heard(runs)

    def teardown(self) -> None:
        """Whatever was left behind, a sweep and fresh workers bring every run to its end."""
        if hasattr(self, "site"):
            finish_everything(self.site, STACK, OTHER_STACK)
            self.story_is_consistent()
            assert self.told_runs.keys() <= self.finished.keys()

    def _claim(self, slot: int, stack: str, trouble: Watch | None) -> None:
        worker = self.workers[slot]
        assume(worker.claim is None)
        claim = self._call(
            trouble, lambda service: service.claim_next(stack, worker_id=worker.id), slot=slot
        )
        if claim is not None:
            others = [other for other in self.workers if other.claim and other is not worker]
            for other in others:
                assert other.claim
                is_same = other.claim.run.stack_id == stack
                assert not is_same or other.may_have_ended or not self._is_leased(other)
            worker.claim = claim
            self._note_lease(worker)

    def _check_loss(self, worker: Worker) -> None:
        """A claim is lost only to its own end, or when its lease has run out."""
        assert worker.may_have_ended or not self._is_leased(worker)
        self.workers[self.workers.index(worker)] = self._fresh_worker()

    def _check_heard(self, runs: dict[str, Run]) -> None:
        """Nobody heard of a transition that is in no record, nor of one twice."""
        heard = [(run.id, transition) for run, transition in self.site.heard]
        assert len({(run_id, found.number) for run_id, found in heard}) == len(heard)
        assert all(found in runs[run_id].transitions for run_id, found in heard if run_id in runs)

    def _call(
        self,
        trouble: Watch | None,
        call: Callable[[RunService], Answer],
        *,
        slot: int | None = None,
    ) -> Answer | None:
        """One call by a fresh process; None if that died, or did not get through to the store."""
        service = self.site.service(trouble or self.throttle)
        try:
            return call(service)
        except StoreUnavailableError:
            return None
        except Died:
            if slot is not None:
                self.workers[slot] = self._fresh_worker()
            return None

    def _pick_run(self, pick: int) -> tuple[str, str]:
        assume(self.told_runs)
        return list(self.told_runs.items())[pick % len(self.told_runs)]

    def _stored(self, run_id: str) -> Run:
        return self.site.service().get(self.told_runs[run_id], run_id)

    def _fresh_worker(self) -> Worker:
        return Worker(f"worker-{next(self.numbers)}")

    def _note_lease(self, worker: Worker) -> None:
        now = self.site.clock.monotonic()
        worker.lease_ends_at_least = now + LEASE_LENGTH.total_seconds()

    def _is_leased(self, worker: Worker) -> bool:
        return self.site.clock.monotonic() < worker.lease_ends_at_least


def test_machine() -> None:
    """A short search in memory, the same each time."""
    _search(RunMachine, examples=100, steps=50)


def test_machine_over_a_directory(tmp_path: Path) -> None:
    """A shorter one, where every process reads what is on disk."""

    class OverDirectory(RunMachine):
        stores = (directory_opener(tmp_path / f"{number}") for number in itertools.count())

    _search(OverDirectory, examples=4, steps=30)


@pytest.mark.fuzz
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("number", FUZZ_SEEDS)
def test_machine_for_long(number: int) -> None:
    """A long search from a seed of its own."""

    @seed(number)
    class Seeded(RunMachine):
        stores = (memory_opener() for _ in itertools.count())

    print(f"seed {number}")  # noqa: T201 - so that a failure can be searched for again
    _search(Seeded, examples=600, steps=80, is_random=True)


def _search(
    machine: type[RunMachine], *, examples: int, steps: int, is_random: bool = False
) -> None:
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            database=None,
            derandomize=not is_random,
            print_blob=is_random,
            suppress_health_check=list(HealthCheck),
        ),
    )
