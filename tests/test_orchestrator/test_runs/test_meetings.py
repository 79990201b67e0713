"""Any two who move runs may meet: one does all that it does between two calls of the other."""

from collections.abc import Callable
from contextlib import suppress

import pytest

from orchestrator.runs.errors import RunMoveError
from orchestrator.runs.records import Claim, Progress, Run
from orchestrator.runs.service import RunService
from orchestrator.runs.slices import SliceEnding
from orchestrator.runs.states import SliceOutcome
from orchestrator.runs.wishes import Resolution
from run_sites import (
    INTERRUPTED,
    LEASE_SECONDS,
    STACK,
    SUCCEEDED,
    MeanwhileAt,
    RunSite,
    request,
)
from run_story import check_story, finish_everything

pytestmark = pytest.mark.thorough

Act = Callable[[RunService, Claim, Run], object]
"""Done by a process that knows of a claim on the first run, and of the last run."""

ACTS: dict[str, Act] = {
    "submit": lambda service, claim, last: service.submit(request(key="k")),
    "claim": lambda service, claim, last: service.claim_next(STACK, worker_id="worker-2"),
    "claim_too": lambda service, claim, last: service.claim_next(STACK, worker_id="worker-3"),
    "beat": lambda service, claim, last: service.heartbeat(claim, Progress()),
    "succeed": lambda service, claim, last: service.end_slice(claim, SUCCEEDED),
    "stop": lambda service, claim, last: service.end_slice(claim, INTERRUPTED),
    "ask": lambda service, claim, last: service.end_slice(
        claim, SliceEnding(SliceOutcome.NEEDS_ATTENTION)
    ),
    "cancel": lambda service, claim, last: service.cancel(STACK, claim.run.id, who="eve"),
    "cancel_last": lambda service, claim, last: service.cancel(STACK, last.id, who="eve"),
    "retry": lambda service, claim, last: service.resolve_attention(
        STACK, claim.run.id, Resolution.RETRY, who="ada"
    ),
    "sweep": lambda service, claim, last: service.stacks_to_ring(),
}


@pytest.mark.parametrize("is_expired", [False, True])
@pytest.mark.parametrize("count", [1, 2])
@pytest.mark.parametrize("name", ACTS)
def test_two_may_meet(name: str, count: int, is_expired: bool) -> None:
    """Whoever meets whom at whatever call, the store tells a consistent story and all runs end."""
    for other in ACTS.values():
        number = 1
        while _meet(ACTS[name], other, at_call=number, count=count, is_expired=is_expired):
            number += 1
        assert number > 1


def test_two_cannot_both_claim() -> None:
    """Of two workers who come for a run at once, exactly one gets it."""
    for number in range(1, 12):
        site, _, _ = _arranged(1, is_expired=True)
        claims: list[Claim | None] = []
        meeting = MeanwhileAt(at_call=number, action=_claiming(site, "worker-3", claims))

        claims.append(site.service(meeting).claim_next(STACK, worker_id="worker-2"))

        assert len([claim for claim in claims if claim]) == 1


def _meet(act: Act, other: Act, *, at_call: int, count: int, is_expired: bool) -> bool:
    """Let them meet; whether the first of them got as far as that call."""
    site, claim, last = _arranged(count, is_expired)
    meeting = MeanwhileAt(at_call=at_call, action=_acting(site.service(), other, claim, last))
    _acting(site.service(meeting), act, claim, last)()
    check_story(site.records(), STACK)
    finish_everything(site, STACK)
    return len(meeting.calls) >= at_call


def _arranged(count: int, is_expired: bool) -> tuple[RunSite, Claim, Run]:
    site = RunSite()
    runs = site.queued(count)
    claim = site.claimed("worker-1")
    if is_expired:
        site.clock.advance(LEASE_SECONDS)
    return site, claim, runs[-1]


def _acting(service: RunService, act: Act, claim: Claim, last: Run) -> Callable[[], None]:
    def do() -> None:
        with suppress(RunMoveError):
            act(service, claim, last)

    return do


def _claiming(site: RunSite, worker_id: str, claims: list[Claim | None]) -> Callable[[], None]:
    return lambda: claims.append(site.service().claim_next(STACK, worker_id=worker_id))
