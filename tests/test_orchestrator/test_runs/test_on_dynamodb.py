"""Runs in a DynamoDB table: a whole life, racing submitters and racing workers."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from orchestrator.runs.records import Claim, Progress
from orchestrator.runs.slices import SliceEnding
from orchestrator.runs.states import RunState, SliceOutcome
from orchestrator.runs.wishes import Resolution
from run_sites import INTERRUPTED, LEASE_SECONDS, SUCCEEDED, RunSite, request
from run_story import check_story, finish_everything
from storages import AwsPlace

pytestmark = pytest.mark.emulator

THREADS = 6


@pytest.fixture
def aws_site(dynamodb_place: AwsPlace) -> RunSite:
    return RunSite(lambda: dynamodb_place.open())


def test_a_whole_life(aws_site: RunSite) -> None:
    """Slices, a crash, a person's decision and a cancel leave the same story as in memory."""
    stack = "stk-a-life"
    service = aws_site.service()
    first = service.submit(request(stack, key="first")).run
    second = service.submit(request(stack)).run
    assert service.submit(request(stack, key="first")).run == first
    service.end_slice(aws_site.claimed("worker-1", stack), INTERRUPTED)
    aws_site.claimed("worker-2", stack)
    aws_site.clock.advance(LEASE_SECONDS)
    claim = aws_site.claimed("worker-3", stack)
    service.heartbeat(claim, Progress("upd-1", 7, 3))
    service.end_slice(claim, SliceEnding(SliceOutcome.NEEDS_ATTENTION))
    service.resolve_attention(stack, first.id, Resolution.RETRY, who="ada")
    service.end_slice(aws_site.claimed("worker-4", stack), SUCCEEDED)

    service.cancel(stack, second.id, who="eve")

    runs = check_story(aws_site.records(), stack)
    assert [run.state for run in runs] == [RunState.SUCCEEDED, RunState.CANCELLED]
    assert [run.id for run in service.list(stack, limit=1).runs] == [second.id]
    assert service.stacks_to_ring().stack_ids == []


def test_submitters_race(aws_site: RunSite) -> None:
    """Requests that come at once become one run per key, in one order."""
    stack = "stk-submitters"
    keys = [f"key-{number % 3}" for number in range(THREADS)]
    with ThreadPoolExecutor(THREADS) as threads:
        submitted = list(
            threads.map(lambda key: aws_site.service().submit(request(stack, key=key)).run.id, keys)
        )

    runs = check_story(aws_site.records(), stack)
    assert {run.request.idempotency_key: run.id for run in runs} == dict(
        zip(keys, submitted, strict=True)
    )


def test_workers_race(aws_site: RunSite) -> None:
    """Of workers that come at once one gets each slice, until nothing is left."""
    stack = "stk-workers"
    aws_site.queued(2, stack_id=stack)

    for turn in range(2):
        worker_ids = [f"worker-{turn}-{number}" for number in range(THREADS)]
        with ThreadPoolExecutor(THREADS) as threads:
            found = threads.map(lambda worker_id: _come(aws_site, stack, worker_id), worker_ids)
            claims = [claim for claim in found if claim]
        assert len(claims) == 1
        aws_site.service().end_slice(claims[0], SUCCEEDED)

    finish_everything(aws_site, stack)


def _come(site: RunSite, stack_id: str, worker_id: str) -> Claim | None:
    return site.service().claim_next(stack_id, worker_id=worker_id)
