"""The worker: what its handler costs above the engine, in time and in memory."""

import threading
from concurrent.futures import ThreadPoolExecutor

from bench.noop import PROGRAM, START_UP_ALONE, automation_side
from bench.pairs import Contender, Goal, Row, compare, compare_figures
from bench.place import Place
from bench.worker_side import WarmWorker

MEGABYTE = 1_000_000


def rows(place: Place) -> list[Row]:
    """A no-op `up` through the handler, warm, and the handler's memory."""
    worker = WarmWorker(place.hoist)
    try:
        return [
            _against_automation(place, worker),
            _against_bare(place, worker),
            _memory(place, worker),
        ]
    finally:
        worker.close()


class _Update:
    """Updates of a stack through the worker: each is submitted outside the time, then worked."""

    def __init__(self, place: Place, worker: WarmWorker, name: str, program: str) -> None:
        """With a first update, which makes the resources."""
        stack = place.hoist.stack(place.fresh_directory(f"worker-{name}"))
        stack.stack.write_program(program)
        self._worker = worker
        self._stack = stack
        self._program = stack.upload()
        self.prepare()
        self.act()

    def prepare(self) -> None:
        self._delivery = self._worker.submit(self._stack, self._program)

    def act(self) -> None:
        self.handle()

    def handle(self) -> int:
        """The worker's memory after it, in bytes."""
        return self._worker.handle(self._delivery)


def _against_automation(place: Place, worker: WarmWorker) -> Row:
    name = f"worker-automation-{place.fresh_name()}"
    update = _Update(place, worker, name, START_UP_ALONE)
    side = automation_side(place, name, START_UP_ALONE, "passphrase")
    return compare(
        "no-op up through the worker's handler / Automation API: components, passphrase",
        ours=Contender(update.act, update.prepare),
        theirs=Contender(side.deploy),
        goal=Goal(10, is_speed_up=True),
        clock=place.clock,
    )


def _against_bare(place: Place, worker: WarmWorker) -> Row:
    update = _Update(place, worker, "bare", PROGRAM)
    theirs = place.their_stack("worker-bare", PROGRAM)
    theirs.up()
    return compare(
        "no-op up through the worker's handler / bare `pulumi up` on S3",
        ours=Contender(update.act, update.prepare),
        theirs=Contender(theirs.up),
        goal=Goal(1.2, is_speed_up=False),
        clock=place.clock,
        pairs=15,
    )


def _memory(place: Place, worker: WarmWorker) -> Row:
    update = _Update(place, worker, "memory", PROGRAM)

    def ours() -> float:
        update.prepare()
        return update.handle() / MEGABYTE

    def theirs() -> float:
        update.prepare()
        over = threading.Event()
        with ThreadPoolExecutor(1) as pool:
            peak = pool.submit(worker.peak_of_engine, over)
            update.act()
            over.set()
            return peak.result() / MEGABYTE

    return compare_figures(
        "memory of the worker / of its engine",
        ours=ours,
        theirs=theirs,
        goal=Goal(1, is_speed_up=False),
        unit="MB",
    )
