"""Creating 500 resources, each with 2 KB of state."""

from bench.pairs import Contender, Goal, Row, compare
from bench.place import Place
from bench.sides import TheirStack, run_ours
from deployments import TestStack

COUNT = 500
PROGRAM = f"""
import probe

for number in range({COUNT}):
    probe.Item(f"item-{{number}}", payload="x" * 1800)
"""


def rows(place: Place) -> list[Row]:
    """Against the S3 backend as it is, and without its checkpoints (which is not durable)."""
    return [
        _row(place, "the S3 backend", Goal(8, is_speed_up=True), skip_checkpoints=False),
        _row(
            place,
            "PULUMI_SKIP_CHECKPOINTS=true",
            Goal(1.2, is_speed_up=False),
            skip_checkpoints=True,
        ),
    ]


def _row(place: Place, against: str, goal: Goal, *, skip_checkpoints: bool) -> Row:
    ours, theirs = _FreshOurs(place), _FreshTheirs(place, skip_checkpoints=skip_checkpoints)
    return compare(
        f"create {COUNT} resources / {against}",
        ours=Contender(ours.act, ours.prepare),
        theirs=Contender(theirs.act, theirs.prepare),
        goal=goal,
        clock=place.clock,
    )


class _FreshOurs:
    """A new stack for each run."""

    def __init__(self, place: Place) -> None:
        self._place = place
        self._stack: TestStack | None = None

    def prepare(self) -> None:
        self._stack = self._place.our_stack(self._place.fresh_name(), PROGRAM, deploy=False)

    def act(self) -> None:
        assert self._stack
        run_ours(self._stack)


class _FreshTheirs:
    """A new stack for each run."""

    def __init__(self, place: Place, *, skip_checkpoints: bool) -> None:
        self._place = place
        self._skip_checkpoints = skip_checkpoints
        self._stack: TheirStack | None = None

    def prepare(self) -> None:
        self._stack = self._place.their_stack(
            self._place.fresh_name(), PROGRAM, skip_checkpoints=self._skip_checkpoints
        )

    def act(self) -> None:
        assert self._stack
        self._stack.up()
