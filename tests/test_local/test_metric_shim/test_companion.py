"""Beside a local AWS that comes, goes, moves and fails."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from hoist.clock import FixedClock
from local.emulator_status import EmulatorState, EmulatorStatus, RunningEmulator
from local.metric_shim.companion import OVERLAP, PATIENCE_SECONDS, Companion
from local.metric_shim.occurrence import Occurrence
from local.metric_shim.shim import LOOK_BACK

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
HERE = RunningEmulator("http://127.0.0.1:1", 1, 1)
MOVED = RunningEmulator("http://127.0.0.1:2", 2, 1)
UP = EmulatorStatus(EmulatorState.RUNNING, HERE)
BUSY = EmulatorStatus(EmulatorState.NOT_ANSWERING, HERE)
GONE = EmulatorStatus(EmulatorState.STOPPED, None)


class UnreachableError(Exception):
    """What a client says of a local AWS that has just gone."""


@dataclass
class Scene:
    """A companion, its local AWS, and what its shims were asked for."""

    clock: FixedClock = field(default_factory=lambda: FixedClock(NOW))
    status: EmulatorStatus = UP
    is_failing: bool = False
    made_at: list[str] = field(default_factory=list)
    looked_back: list[timedelta] = field(default_factory=list)

    def companion(self) -> Companion:
        return Companion(emulator=lambda: self.status, shim_at=self.shim_at, clock=self.clock)

    def shim_at(self, endpoint_url: str) -> "Scene":
        self.made_at.append(endpoint_url)
        return self

    def catch_up(self, look_back: timedelta) -> Sequence[Occurrence]:
        self.looked_back.append(look_back)
        if self.is_failing:
            raise UnreachableError
        return []


def test_it_looks_back_far_and_then_as_far_as_it_must() -> None:
    """The first turn looks at all that health cares for, later ones at what is new."""
    scene = Scene()
    companion = scene.companion()

    for _ in range(2):
        assert companion.turn()
        scene.clock.advance(15)

    assert scene.looked_back == [LOOK_BACK, OVERLAP + timedelta(seconds=15)]
    assert scene.made_at == [HERE.endpoint_url]


def test_what_a_failed_turn_left_is_made_up_for() -> None:
    """After turns that failed, the next one looks back to the last that did not."""
    scene = Scene()
    companion = scene.companion()
    companion.turn()
    scene.is_failing = True
    for _ in range(3):
        scene.clock.advance(15)
        assert companion.turn()

    scene.is_failing = False
    scene.clock.advance(15)
    companion.turn()

    assert scene.looked_back[-1] == OVERLAP + timedelta(seconds=60)


def test_it_never_looks_back_further_than_at_first() -> None:
    """After a long pause it does not read a day's log."""
    scene = Scene()
    companion = scene.companion()
    companion.turn()
    scene.clock.advance(86_400)
    companion.turn()

    assert scene.looked_back == [LOOK_BACK, LOOK_BACK]


def test_trouble_is_told_once(caplog: pytest.LogCaptureFixture) -> None:
    """A failure that lasts is one entry in the log; the next one after a good turn is another."""
    caplog.set_level(logging.INFO)
    scene = Scene(is_failing=True)
    companion = scene.companion()
    for _ in range(3):
        companion.turn()
    assert [record.levelno for record in caplog.records] == [logging.ERROR]

    scene.is_failing = False
    companion.turn()
    scene.is_failing = True
    companion.turn()

    assert [record.levelno for record in caplog.records] == [logging.ERROR] * 2


def test_it_outlives_a_restart() -> None:
    """A local AWS that is away for a moment and comes back elsewhere is followed there."""
    scene = Scene()
    companion = scene.companion()
    companion.turn()
    scene.status = GONE
    scene.clock.advance(PATIENCE_SECONDS - 1)
    assert companion.turn()

    scene.status = EmulatorStatus(EmulatorState.RUNNING, MOVED)
    assert companion.turn()
    scene.status = GONE
    scene.clock.advance(PATIENCE_SECONDS - 1)

    assert companion.turn()
    assert scene.made_at == [HERE.endpoint_url, MOVED.endpoint_url]


@pytest.mark.parametrize("before", [UP, BUSY])
def test_it_ends_when_the_local_aws_is_gone_for_good(before: EmulatorStatus) -> None:
    """It waits for its return for a while, and not for ever."""
    scene = Scene(status=before)
    companion = scene.companion()
    companion.turn()
    scene.status = GONE
    scene.clock.advance(PATIENCE_SECONDS)

    assert not companion.turn()


def test_a_busy_one_is_left_alone() -> None:
    """A local AWS that does not answer is asked for nothing, and is not gone either."""
    scene = Scene(status=BUSY)
    companion = scene.companion()
    for _ in range(3):
        scene.clock.advance(PATIENCE_SECONDS)
        assert companion.turn()

    assert scene.looked_back == []
