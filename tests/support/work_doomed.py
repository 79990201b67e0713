"""A worker process that is going to be killed at a chosen moment of its life.

    python work_doomed.py '{"store": ..., "event": ..., "moment": ...}'

It answers one message, on a directory that others share, and stops for ever at the moment; its
parent hears of that, and of what it does to the queue, by lines on its standard output.
"""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar, cast

import psutil

from engine_children import eventually
from engine_processes import processes_below
from hoist.clock import SystemClock
from orchestrator.runs.records import Claim, Progress, Run
from orchestrator.runs.service import RunService
from orchestrator.runs.slices import SliceEnding
from orchestrator.state.service import StateService
from orchestrator.state.updates import Updates
from storages import directory_opener
from work_engine_room import engine_parts
from work_queue import Delivery, FifoQueue, Invocation
from work_sites import ClockAhead, FolderOfPrograms, WorkSite

Answer = TypeVar("Answer")


class Death(StrEnum):
    """When the worker dies, in the order of its life."""

    RECEIVED = "received"
    """Nothing was done yet; the message is hidden for the queue's own 15 minutes."""
    HELD = "held"
    CLAIMED = "claimed"
    STARTED = "started"
    """The update is open, nothing is in its journal."""
    BEATEN = "beaten"
    """The first heartbeat went out."""
    COMPLETED = "completed"
    """The last write of the update is done, and the engine does not know it yet."""
    BEFORE_END = "before_end"
    """The engine is gone, its events are written."""
    ENDED = "ended"
    """The end of the slice is in the record."""
    ANSWERED = "answered"
    """All is done but the message's deletion."""
    NEVER = "never"
    """Somebody else kills it, at a moment that they know."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a worker process works."""

    store: Path
    programs: Path
    home: Path
    runs: Path
    kms_url: str


def _say(**facts: Any) -> None:
    # In one write: several threads have something to say.
    os.write(1, json.dumps(facts).encode() + b"\n")


@dataclass(frozen=True, slots=True)
class Fate:
    """Lets everything happen until the moment has come."""

    death: Death

    def at(self, moment: Death) -> None:
        if moment is self.death:
            _say(at=moment)
            threading.Event().wait()

    def after(self, moment: Death, call: Callable[[], Answer]) -> Answer:
        answer = call()
        self.at(moment)
        return answer


class ToldQueue:
    """Doorbell and visibility, by way of the parent."""

    def __init__(self, fate: Fate) -> None:
        self._fate = fate

    def ring(self, stack_id: str) -> None:
        _say(ring=stack_id)

    def hide(self, receipt_handle: str, *, seconds: int) -> None:
        self._fate.at(Death.RECEIVED)
        _say(hide=receipt_handle, seconds=seconds)
        self._fate.at(Death.HELD)


class DoomedRuns(RunService):
    """Runs, moved by a process that may die before or after a move."""

    fate: Fate

    def claim_next(self, stack_id: str, *, worker_id: str) -> Claim | None:
        claim = super().claim_next(stack_id, worker_id=worker_id)
        self.fate.at(Death.CLAIMED)
        return claim

    def heartbeat(self, claim: Claim, progress: Progress) -> Run:
        run = super().heartbeat(claim, progress)
        self.fate.at(Death.BEATEN)
        return run

    def end_slice(self, claim: Claim, ending: SliceEnding) -> Run:
        self.fate.at(Death.BEFORE_END)
        run = super().end_slice(claim, ending)
        self.fate.at(Death.ENDED)
        return run


@dataclass(frozen=True, slots=True)
class DoomedUpdates:
    """Real updates, of a process that may die right after one of these calls."""

    updates: Updates
    fate: Fate

    def start(self, *arguments: Any, **options: Any) -> Any:
        return self.fate.after(Death.STARTED, lambda: self.updates.start(*arguments, **options))

    def complete(self, *arguments: Any, **options: Any) -> Any:
        return self.fate.after(
            Death.COMPLETED, lambda: self.updates.complete(*arguments, **options)
        )

    def __getattr__(self, name: str) -> Any:
        return getattr(self.updates, name)


@dataclass(slots=True)
class DoomedWorker:
    """The process, as its parent sees it; what it does to the queue is done to the parent's."""

    process: "subprocess.Popen[bytes]"
    queue: FifoQueue
    reached: threading.Event

    def await_moment(self) -> None:
        assert self.reached.wait(60), "the worker does not come to its moment"

    def kill(self) -> Sequence[psutil.Process]:
        """SIGKILL it alone; what it had started and is still there a while later."""
        started = processes_below(self.process.pid)
        self.process.kill()
        self.process.wait()
        eventually(lambda: not _alive(started))
        return _alive(started)

    def listen(self) -> None:
        """Obey its lines until it is gone."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            told = json.loads(line)
            if "ring" in told:
                self.queue.ring(told["ring"])
            elif "hide" in told:
                self.queue.hide(told["hide"], seconds=told["seconds"])
            else:
                self.reached.set()


@contextmanager
def doomed_worker(
    place: Place, delivery: Delivery, death: Death, *, queue: FifoQueue, clock: ClockAhead
) -> Iterator[DoomedWorker]:
    """A worker that has this message in hand; killed at the end of the block if not before."""
    order = {
        **{name: str(getattr(place, name)) for name in Place.__slots__},
        "event": delivery.event,
        "death": death,
        "ahead": clock.seconds,
    }
    process = subprocess.Popen(
        [sys.executable, __file__, json.dumps(order)],
        env={"PYTHONPATH": ":".join(filter(None, sys.path)), "HOME": str(Path.home())},
        stdout=subprocess.PIPE,
    )
    worker = DoomedWorker(process, queue, threading.Event())
    listener = threading.Thread(target=worker.listen, daemon=True)
    listener.start()
    try:
        yield worker
    finally:
        process.kill()
        process.wait()
        listener.join()
        if process.stdout is not None:
            process.stdout.close()


def _alive(processes: Sequence[psutil.Process]) -> list[psutil.Process]:
    return [
        found
        for found in processes
        if found.is_running() and found.status() != psutil.STATUS_ZOMBIE
    ]


def answer_and_die(order: dict[str, Any]) -> None:
    """The life of the process."""
    fate = Fate(Death(order["death"]))
    queue = ToldQueue(fate)
    clock = ClockAhead(SystemClock(), order["ahead"])
    programs = FolderOfPrograms(Path(order["programs"]))
    site = WorkSite(directory_opener(Path(order["store"])), clock, queue, programs)
    home, own = Path(order["home"]), Path(order["runs"])
    with engine_parts(home, own, kms_url=order["kms_url"]) as engine:
        runs = DoomedRuns(site.open_storage().records, doorbell=queue, clock=clock)
        runs.fate = fate
        service = _doomed(site.service(), fate)
        answering = site.answering(
            lambda: engine.runner(site, service),
            visibility=queue,
            worker_id=f"worker-{os.getpid()}",
            runs=runs,
            service=service,
        )
        answering.answer(order["event"], Invocation())
        fate.at(Death.ANSWERED)


def _doomed(service: StateService, fate: Fate) -> StateService:
    return replace(service, updates=cast(Updates, DoomedUpdates(service.updates, fate)))


if __name__ == "__main__":
    answer_and_die(json.loads(sys.argv[1]))
