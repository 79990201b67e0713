"""The vigil over a slice: what it does when, and what makes it stop the engine."""

from dataclasses import dataclass, field

import pytest

from hoist.clock import FixedClock
from orchestrator.runs.claiming import LEASE_LENGTH
from orchestrator.runs.errors import DoorbellUnavailableError
from orchestrator.runs.records import Claim, Progress
from orchestrator.work.keeping import keep_in_thread
from orchestrator.work.stop import Stop, StopReason
from orchestrator.work.vigil import BEAT_SECONDS, LOOK_SECONDS, HeldMessage, Vigil
from orchestrator.work.visibility import HIDDEN_SECONDS
from run_sites import STACK, RunSite, Throttled
from storages import NOON
from watched_storage import Moment, Outage, Watch
from work_sites import RecordedFacts


@dataclass(slots=True)
class RecordedVisibility:
    """Notes when which message was hidden."""

    clock: FixedClock
    hides: list[tuple[str, float, int]] = field(default_factory=list)
    is_lost: bool = False

    def hide(self, receipt_handle: str, *, seconds: int) -> None:
        if self.is_lost:
            raise DoorbellUnavailableError("the message is not in flight")
        self.hides.append((receipt_handle, self.clock.monotonic(), seconds))


@dataclass(slots=True)
class Watched:
    """A claimed run, and a vigil over it on a store that may have trouble."""

    site: RunSite = field(default_factory=RunSite)
    watch: Watch = field(default_factory=Watch)
    finished: int = 0
    stop: Stop = field(default_factory=Stop)
    facts: RecordedFacts = field(default_factory=RecordedFacts)
    claim: Claim = field(init=False)
    visibility: RecordedVisibility = field(init=False)
    vigil: Vigil = field(init=False)

    def __post_init__(self) -> None:
        self.site.queued()
        self.claim = self.site.claimed()
        self.visibility = RecordedVisibility(self.site.clock)
        self.vigil = Vigil(
            self.claim,
            HeldMessage(self.visibility, "handle-1"),
            self.stop,
            runs=self.site.service(self.watch),
            progress=lambda: Progress("upd-1", 7, self.finished),
            clock=self.site.clock,
            log=self.facts,
        )

    def pass_time(self, seconds: float) -> None:
        """Look as often as the vigil asks for."""
        end = self.site.clock.monotonic() + seconds
        pause = self.vigil.look()
        while self.site.clock.monotonic() + pause <= end:
            self.site.clock.advance(pause)
            pause = self.vigil.look()
        self.site.clock.advance(end - self.site.clock.monotonic())

    @property
    def lease_seconds(self) -> float:
        """How long the lease goes on."""
        run = self.site.service().get(STACK, self.claim.run.id)
        assert run.lease
        return (run.lease.ends_at - self.site.clock.now()).total_seconds()


def test_lease_and_message_are_renewed_in_time() -> None:
    """Every 20 s, for longer than the lease: whoever gets the message finds the lease over."""
    watched = Watched()

    for _ in range(20):
        watched.pass_time(15.0)
        assert watched.lease_seconds > 2 * BEAT_SECONDS - 1

    times = [at for _, at, _ in watched.visibility.hides]
    assert times == [BEAT_SECONDS * number for number in range(1, 16)]
    assert {(handle, seconds) for handle, _, seconds in watched.visibility.hides} == {
        ("handle-1", HIDDEN_SECONDS)
    }
    assert LEASE_LENGTH.total_seconds() < HIDDEN_SECONDS
    assert not watched.stop.is_set()


def test_a_heartbeat_may_be_asked_for() -> None:
    """The record knows the update as soon as there is one; the next beat counts from there."""
    watched = Watched(finished=3)
    watched.pass_time(5.0)

    watched.vigil.beat_soon()
    watched.vigil.look()

    run = watched.site.service().get(STACK, watched.claim.run.id)
    assert run.slices[-1].progress == Progress("upd-1", 7, 3)
    watched.pass_time(BEAT_SECONDS)
    assert [at for _, at, _ in watched.visibility.hides] == [5.0, 5.0 + BEAT_SECONDS]


def test_a_wish_to_cancel_is_heard_within_seconds() -> None:
    """Not only with a heartbeat."""
    watched = Watched()
    watched.pass_time(1.0)
    watched.site.service().cancel(STACK, watched.claim.run.id, who="eve")

    watched.pass_time(LOOK_SECONDS)

    assert watched.stop.has(StopReason.WISH)
    assert not watched.stop.has(StopReason.CLAIM_LOST)


def test_a_lost_claim_stops_the_engine_and_the_heartbeats() -> None:
    """Who slept through the lease finds out with the next look, and renews nothing."""
    watched = Watched()
    watched.site.clock.advance(LEASE_LENGTH.total_seconds())
    watched.site.claimed("worker-2")

    watched.pass_time(100.0)

    assert watched.stop.has(StopReason.CLAIM_LOST)
    assert watched.visibility.hides == []
    assert watched.facts.events == ["claim_lost"]


def test_a_store_that_does_not_answer_stops_nothing_while_the_lease_lasts() -> None:
    """It is asked again every few seconds, and the engine works on."""
    outage = Outage(call="records.get", moment=Moment.BEFORE, times=10)
    watched = Watched(watch=outage)

    watched.pass_time(50.0)

    assert outage.times == 0
    assert not watched.stop.is_set()
    assert watched.lease_seconds > 0
    assert len(watched.visibility.hides) >= 1


def test_the_engine_is_stopped_when_the_lease_is_over() -> None:
    """Another worker may be at it then, for all that this one knows."""
    watched = Watched(watch=Outage(call="records.get", moment=Moment.BEFORE, times=1_000))

    watched.pass_time(LEASE_LENGTH.total_seconds() - 1)
    assert not watched.stop.is_set()
    watched.pass_time(1 + LOOK_SECONDS)

    assert watched.stop.has(StopReason.LEASE_OVER)
    assert not watched.stop.has(StopReason.CLAIM_LOST)


@pytest.mark.parametrize("seed", range(5))
def test_a_throttled_store_costs_no_claim(seed: int) -> None:
    """With every tenth call failing, the lease is renewed in time all the same."""
    watched = Watched(watch=Throttled(seed=seed))

    for _ in range(40):
        watched.pass_time(15.0)
        assert watched.lease_seconds > 0

    assert not watched.stop.is_set()


def test_a_message_that_cannot_be_held_stops_nothing() -> None:
    """The lease is what counts; whoever gets the message finds the run taken."""
    watched = Watched()
    watched.visibility.is_lost = True

    watched.pass_time(65.0)

    assert not watched.stop.is_set()
    assert set(watched.facts.events) == {"message_not_held"}
    assert watched.lease_seconds > 0


def test_a_broken_vigil_stops_the_engine_and_is_told_of() -> None:
    """Nobody would renew the lease: what is wrong is raised where the slice ends."""

    class Broken(Vigil):
        def look(self) -> float:
            raise ZeroDivisionError

    watched = Watched()
    broken = Broken(
        watched.claim,
        HeldMessage(watched.visibility, "handle-1"),
        watched.stop,
        runs=watched.site.service(),
        progress=Progress,
        clock=FixedClock(NOON),
        log=watched.facts,
    )

    with pytest.raises(ZeroDivisionError), keep_in_thread(broken, watched.stop):
        pass

    assert watched.stop.has(StopReason.LEASE_OVER)
