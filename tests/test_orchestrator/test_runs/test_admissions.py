"""How requests become runs: idempotency keys, full queues, and submitters who meet or die."""

import itertools
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass

import pytest

from orchestrator.runs.admissions import MAX_UNFINISHED
from orchestrator.runs.errors import IdempotencyKeyReusedError, QueueFullError
from orchestrator.runs.requests import RunRequest
from orchestrator.runs.states import RunKind
from orchestrator.state.errors import StateConflictError
from run_sites import OTHER_STACK, STACK, SUCCEEDED, MeanwhileAt, RunSite, request
from run_story import check_story, queue_of
from watched_storage import Died, Killer, Moment, Watch

THREADS = 6


def test_a_repeated_key_is_the_same_run(site: RunSite) -> None:
    """The second request makes no run; it rings again, since the first ring may be lost."""
    first = site.service().submit(request(key="k"))

    second = site.service().submit(request(key="k", asked_by="somebody else"))

    assert (first.is_new, second.is_new) == (True, False)
    assert second.run == first.run
    assert site.doorbell.rings == [STACK, STACK]
    assert len(site.service().list(STACK).runs) == 1


def test_a_key_outlives_its_run(site: RunSite) -> None:
    """A request that comes after its run has ended is told of it, and nobody is woken."""
    site.service().submit(request(key="k"))
    ended = site.service().end_slice(site.claimed(), SUCCEEDED)
    site.queued()

    again = site.service().submit(request(key="k"))

    assert again.run == ended
    assert site.doorbell.rings == []


@pytest.mark.parametrize(
    "other", [request(key="k", kind=RunKind.DESTROY), request(key="k", message="other")]
)
def test_a_key_stands_for_one_content(site: RunSite, other: RunRequest) -> None:
    """The same key with other content is a conflict that names the run."""
    run = site.service().submit(request(key="k")).run

    with pytest.raises(IdempotencyKeyReusedError, match=f"'k' stands for run {run.id}") as refused:
        site.service().submit(other)

    assert refused.value.code == "idempotency_key_reused"
    assert len(site.service().list(STACK).runs) == 1


def test_keys_belong_to_a_stack(site: RunSite) -> None:
    """The same key of another stack is another run; without a key every request is one."""
    first = site.service().submit(request(key="k")).run

    assert site.service().submit(request(OTHER_STACK, key="k")).run.id != first.id
    assert site.service().submit(request()).is_new
    assert site.service().submit(request()).is_new


def test_a_full_queue_is_refused(site: RunSite) -> None:
    """The run above the limit is refused by the stack's name, and fits once one has ended."""
    site.queued(MAX_UNFINISHED)
    service = site.service()

    with pytest.raises(QueueFullError, match="'shop/1' has 100 unfinished runs"):
        service.submit(request())

    service.end_slice(site.claimed(), SUCCEEDED)
    assert service.submit(request()).is_new


@pytest.mark.parametrize("moment", Moment)
@pytest.mark.parametrize("behind", [0, 1, 2])
def test_a_submitter_may_die_anywhere(behind: int, moment: Moment) -> None:
    """Whatever call is its last, the same request afterwards finds or makes the one run, and
    another submitter's run takes its place behind it."""
    for number in range(1, _calls_of_submit(behind) + 1):
        site = _site_with_submitted(behind)
        killer = Killer(at_call=number, moment=moment)
        with pytest.raises(Died):
            site.service(killer).submit(request(key="k"))
        check_story(site.records(), STACK)

        submission = site.service().submit(request(key="k"))
        again = site.service().submit(request(key="k"))

        assert again.run == submission.run
        assert len(check_story(site.records(), STACK)) == behind + 1


@pytest.mark.parametrize("moment", Moment)
def test_a_submitter_may_die_before_another_comes(moment: Moment) -> None:
    """A run that was left in the queue alone is written out by whoever submits next, before it."""
    for number in range(1, _calls_of_submit(0) + 1):
        site = RunSite()
        with pytest.raises(Died):
            site.service(Killer(at_call=number, moment=moment)).submit(request(key="k"))

        later = site.service().submit(request(key="other")).run
        first = site.service().submit(request(key="k"))

        runs = check_story(site.records(), STACK)
        assert {run.id for run in runs} == {first.run.id, later.id}
        # It came first, or it never came and comes now.
        assert first.is_new == (first.run.id > later.id)


def test_two_may_meet_at_any_call() -> None:
    """Another request, with the same key or not, may come in between any two calls of the first."""
    for number in range(1, _calls_of_submit(0) + 1):
        _meet(number, lambda site: site.service().submit(request(key="k")).run.id, runs=1)
        _meet(number, lambda site: site.service().submit(request(key="other")).run.id, runs=2)


def test_one_may_meet_another_that_dies() -> None:
    """The same request may come between any two calls of the first, and die at any of its own."""
    calls = range(1, _calls_of_submit(0) + 1)
    for number, last, moment in itertools.product(calls, calls, Moment):
        site = RunSite()
        rival = _Dying(site, Killer(at_call=last, moment=moment))

        own = site.service(MeanwhileAt(at_call=number, action=rival)).submit(request(key="k")).run

        assert [run.id for run in check_story(site.records(), STACK)] == [own.id]
        assert site.service().submit(request(key="k")).run == own


def test_many_submit_at_once(site: RunSite) -> None:
    """Requests from several threads become as many runs, in the order of their ids."""
    submitted = _in_threads(lambda number: site.service().submit(request(key=f"{number}")).run.id)

    runs = check_story(site.records(), STACK)
    assert [run.id for run in runs] == sorted(submitted)
    assert list(queue_of(site.records(), STACK).run_ids) == sorted(submitted)


def test_one_key_from_many(site: RunSite) -> None:
    """The same request from several threads is one run."""
    submitted = _in_threads(lambda _: site.service().submit(request(key="k")).run.id)

    assert len(set(submitted)) == 1
    assert len(check_story(site.records(), STACK)) == 1


def test_a_queue_that_never_holds_still_is_an_error() -> None:
    """A submitter that always loses gives up, and nothing of it is left."""
    site = RunSite()

    class Rival(Watch):
        def at(self, moment: Moment, call: str) -> None:
            if moment is Moment.BEFORE and call == "records.put":
                site.service().submit(request())

    with pytest.raises(StateConflictError, match="changing too fast"):
        site.service(Rival()).submit(request(key="k"))

    assert all(run.request.idempotency_key == "" for run in check_story(site.records(), STACK))


def _meet(number: int, other: Callable[[RunSite], str], *, runs: int) -> None:
    site = RunSite()
    met: list[str] = []
    meanwhile = MeanwhileAt(at_call=number, action=lambda: met.append(other(site)))

    own = site.service(meanwhile).submit(request(key="k")).run.id

    assert len(met) == 1
    found = check_story(site.records(), STACK)
    assert {run.id for run in found} == {own, *met}
    assert len(found) == runs


@dataclass(slots=True)
class _Dying:
    """Another process that submits, and does not get further than its killer lets it."""

    site: RunSite
    killer: Killer

    def __call__(self) -> None:
        with suppress(Died):
            self.site.service(self.killer).submit(request(key="k"))


def _site_with_submitted(count: int) -> RunSite:
    site = RunSite()
    site.queued(count)
    return site


def _calls_of_submit(behind: int) -> int:
    watch = Watch()
    _site_with_submitted(behind).service(watch).submit(request(key="k"))
    return len(watch.calls)


def _in_threads(submit: Callable[[int], str]) -> Sequence[str]:
    with ThreadPoolExecutor(THREADS) as threads:
        return list(threads.map(submit, range(THREADS)))
