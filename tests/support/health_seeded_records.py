"""Stacks and runs of a deployed Hoist, as the orchestrator itself stores them, at chosen times."""

from datetime import timedelta

from health_seeded import SeededHoist
from hoist.clock import FixedClock
from orchestrator.state.storage import Storage
from orchestrator.state.stores.aws import aws_storage
from run_sites import RunSite
from state_sites import Site


def runs_of(hoist: SeededHoist, *, minutes_ago: float = 0) -> RunSite:
    """Its runs, for somebody whose clock stood still so long ago."""
    clock = _clock(hoist, minutes_ago)
    places = hoist.site.places
    storage = _storage(hoist, clock, table=places.runs_table, bucket=places.artifacts_bucket)
    return RunSite(open_storage=lambda: storage, clock=clock)


def states_of(hoist: SeededHoist, *, minutes_ago: float = 0) -> Site:
    """Its stacks, likewise."""
    clock = _clock(hoist, minutes_ago)
    places = hoist.site.places
    storage = _storage(hoist, clock, table=places.state_table, bucket=places.state_bucket)
    return Site(open_storage=lambda: storage, clock=clock)


def _clock(hoist: SeededHoist, minutes_ago: float) -> FixedClock:
    return FixedClock(hoist.clock.now() - timedelta(minutes=minutes_ago))


def _storage(hoist: SeededHoist, clock: FixedClock, *, table: str, bucket: str) -> Storage:
    return aws_storage(
        dynamodb=hoist.client("dynamodb"),
        s3=hoist.client("s3"),
        table=table,
        bucket=bucket,
        clock=clock,
    )
