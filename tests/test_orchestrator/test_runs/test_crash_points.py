"""A process dies, or its store fails, before and after every single call of whole lives of runs.

Afterwards others with nothing but the store go on: nothing is lost, stuck, twice or out of order.
"""

from collections.abc import Callable
from pathlib import Path

import pytest

from orchestrator.runs.slices import SliceEnding
from orchestrator.runs.states import RunState, SliceOutcome
from run_sites import INTERRUPTED, LEASE_SECONDS, STACK, SUCCEEDED, RunSite
from run_story import check_story, finish_everything, runs_of
from run_witness import Witness
from storages import OpenStorage, directory_opener, memory_opener
from watched_storage import Died, Killer, Moment, OutageAt, Watch

pytestmark = pytest.mark.thorough

Life = Callable[[Witness, RunSite], None]


def life_of_two(witness: Witness, site: RunSite) -> None:
    """Two runs, the first in two slices."""
    witness.submit("a")
    witness.submit("b")
    claim = witness.claim("worker-1")
    witness.beat(claim, finished=1)
    witness.end(claim, INTERRUPTED)
    witness.end(witness.claim("worker-2"), SUCCEEDED)
    witness.end(witness.claim("worker-3"), SUCCEEDED)


def life_with_crashes(witness: Witness, site: RunSite) -> None:
    """A run that is given up after three crashes, and one that is taken over."""
    witness.submit("a")
    witness.submit("b")
    for number in range(4):
        witness.claim(f"worker-{number}")
        site.clock.advance(LEASE_SECONDS)
    witness.end(witness.claim("worker-5"), SUCCEEDED)


def life_with_cancels(witness: Witness, site: RunSite) -> None:
    """One run is cancelled while it waits, one while it runs."""
    first = witness.submit("a")
    second = witness.submit("b")
    claim = witness.claim("worker-1")
    witness.cancel(second)
    witness.cancel(first)
    assert witness.beat(claim).cancel
    witness.end(claim, SliceEnding(SliceOutcome.CANCELLED))


def life_with_attention(witness: Witness, site: RunSite) -> None:
    """A run stops for a person's decision, is retried, and stops again for good."""
    run = witness.submit("a")
    witness.submit("b")
    witness.end(witness.claim("worker-1"), SliceEnding(SliceOutcome.NEEDS_ATTENTION))
    witness.retry(run)
    witness.end(witness.claim("worker-2"), SliceEnding(SliceOutcome.NEEDS_ATTENTION))
    witness.cancel(run)
    witness.end(witness.claim("worker-3"), SUCCEEDED)


LIVES = (life_of_two, life_with_crashes, life_with_cancels, life_with_attention)


@pytest.mark.parametrize("moment", Moment)
@pytest.mark.parametrize("life", LIVES)
def test_death_at_every_call(life: Life, moment: Moment) -> None:
    """Others finish what is left, whether the one who asked comes back or not."""
    for number in range(1, _calls_of(life) + 1):
        for comes_back in (True, False):
            _die(life, number, moment, memory_opener(), comes_back=comes_back)


@pytest.mark.parametrize("life", LIVES)
def test_death_over_a_directory(life: Life, tmp_path: Path) -> None:
    """A sample of the points over a directory, where the next process reads what is on disk."""
    for number in range(1, _calls_of(life) + 1, 12):
        moment = Moment.AFTER if number % 24 == 1 else Moment.BEFORE
        _die(life, number, moment, directory_opener(tmp_path / f"{number}"), comes_back=True)


@pytest.mark.fuzz
@pytest.mark.parametrize("moment", Moment)
@pytest.mark.parametrize("life", LIVES)
def test_death_at_every_call_over_a_directory(life: Life, moment: Moment, tmp_path: Path) -> None:
    """All points over a directory."""
    for number in range(1, _calls_of(life) + 1):
        _die(life, number, moment, directory_opener(tmp_path / f"{number}"), comes_back=False)


@pytest.mark.parametrize("moment", Moment)
@pytest.mark.parametrize("life", [life_of_two, life_with_crashes, life_with_cancels])
def test_an_outage_at_every_call(life: Life, moment: Moment) -> None:
    """The store fails one call, which may have been done: who repeats what failed gets the same
    runs, slices and ends as without it."""
    expected = _endings(life, Watch())
    for number in range(1, _calls_of(life) + 1):
        outage = OutageAt(at_call=number, moment=moment)
        assert _endings(life, outage) == expected
        assert outage.has_struck


def _die(
    life: Life, number: int, moment: Moment, open_storage: OpenStorage, *, comes_back: bool
) -> None:
    site = RunSite(open_storage)
    witness = Witness(site.service(Killer(at_call=number, moment=moment)))
    with pytest.raises(Died):
        life(witness, site)
    witness.check(site.records())
    witness.service = site.service()
    if comes_back:
        witness.submit("a")
        witness.submit("b")

    finish_everything(site, STACK)

    witness.check(site.records())
    if comes_back:
        assert len(runs_of(site.records(), STACK)) == 2


def _calls_of(life: Life) -> int:
    watch = Watch()
    _endings(life, watch)
    assert len(watch.calls) > 20
    return len(watch.calls)


def _endings(life: Life, watch: Watch) -> list[tuple[str, RunState, list[SliceOutcome | None]]]:
    """How the runs of a life end, with all their slices."""
    site = RunSite()
    witness = Witness(site.service(watch))
    life(witness, site)
    witness.check(site.records())
    return [
        (run.request.idempotency_key, run.state, [found.outcome for found in run.slices])
        for run in check_story(site.records(), STACK)
    ]
