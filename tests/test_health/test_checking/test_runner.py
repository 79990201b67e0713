"""Checks side by side: none hides another, and the budget holds."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from health.checking.breaker import LeftAloneError
from health.checking.outcome import Ending
from health.checking.runner import CheckRunner
from hoist.clock import SystemClock
from hoist.errors import EnvironmentFaultError

# Long enough for a thread to begin, however busy the machine is; only hanging checks use it up.
AMPLE_SECONDS = 60.0
NO_TIME = 0.0


@dataclass(frozen=True)
class SomeCheck:
    name: str
    look: Callable[[], str]


@pytest.fixture
def may_end() -> Iterator[threading.Event]:
    """Lets those checks end that hang, when the test is over."""
    event = threading.Event()
    yield event
    event.set()


def runner() -> CheckRunner:
    return CheckRunner(clock=SystemClock())


def fine(name: str = "fine") -> SomeCheck:
    return SomeCheck(name, lambda: f"{name} is well")


def failing(error: Exception, name: str = "failing") -> SomeCheck:
    def look() -> str:
        raise error

    return SomeCheck(name, look)


def hanging(may_end: threading.Event, name: str = "hanging") -> SomeCheck:
    def look() -> str:
        may_end.wait()
        return "came back"

    return SomeCheck(name, look)


def test_results_come_in_the_order_of_checks() -> None:
    """Each check's result is under its own name, in the order in which they were given."""
    outcomes = runner().run([fine("b"), fine("a")], budget_seconds=AMPLE_SECONDS)

    assert [(each.name, each.ending, each.result) for each in outcomes] == [
        ("b", Ending.DONE, "b is well"),
        ("a", Ending.DONE, "a is well"),
    ]


def test_failing_check_hides_no_other() -> None:
    """What one check raises is its own outcome, and the others' results stand."""
    broken = failing(EnvironmentFaultError("the bucket does not answer"))

    first, second = runner().run([broken, fine()], budget_seconds=AMPLE_SECONDS)

    assert (first.ending, first.reason) == (Ending.FAILED, "the bucket does not answer")
    assert second.result == "fine is well"


def test_foreign_error_is_named_and_not_quoted() -> None:
    """The text of an error that is not ours may hold anything: only its kind is told."""
    (outcome,) = runner().run([failing(LookupError("hunter2"))], budget_seconds=AMPLE_SECONDS)

    assert outcome.reason == "a fault in it: LookupError"


def test_slow_check_hides_no_other(may_end: threading.Event) -> None:
    """A check that hangs is unknown when the budget is used up, and the others' results stand."""
    done = threading.Event()

    def look() -> str:
        done.set()
        return "was quick"

    checks = [hanging(may_end), SomeCheck("quick", look)]
    slow, quick = runner().run(checks, budget_seconds=0.5)

    assert (slow.ending, slow.result) == (Ending.TIMED_OUT, None)
    assert slow.reason == "no answer within 0.5 s"
    assert done.is_set()
    assert quick.name == "quick"


def test_check_that_hangs_is_not_begun_twice(may_end: threading.Event) -> None:
    """While the last look has not come back, its check says so and no second look is begun."""
    begun: list[str] = []
    check = hanging(may_end)

    def look() -> str:
        begun.append("again")
        return check.look()

    counted, checks = runner(), [SomeCheck("hanging", look)]
    counted.run(checks, budget_seconds=NO_TIME)
    (outcome,) = counted.run(checks, budget_seconds=NO_TIME)

    assert outcome.ending is Ending.STILL_RUNNING
    assert len(begun) <= 1


def test_check_that_came_back_is_begun_again(may_end: threading.Event) -> None:
    """After a look that hung has ended, the next round looks again."""
    counted = runner()
    hung = hanging(may_end, name="check")
    counted.run([hung], budget_seconds=NO_TIME)
    may_end.set()
    for thread in threading.enumerate():
        if thread.name == "check":
            thread.join()

    (outcome,) = counted.run([hung], budget_seconds=AMPLE_SECONDS)

    assert outcome.result == "came back"


def test_hanging_check_does_not_keep_the_process(may_end: threading.Event) -> None:
    """The thread of a look is a daemon: the process may end under it."""
    runner().run([hanging(may_end, name="left-behind")], budget_seconds=NO_TIME)

    assert [each.daemon for each in threading.enumerate() if each.name == "left-behind"] == [True]


def test_names_are_of_one_check_each() -> None:
    """Two checks of one name are a mistake, and neither is begun."""
    begun: list[str] = []
    check = SomeCheck("same", lambda: begun.append("begun") or "")  # type: ignore[func-returns-value]

    with pytest.raises(ValueError, match="same name"):
        runner().run([check, check], budget_seconds=AMPLE_SECONDS)

    assert begun == []


def test_check_that_is_left_alone_says_so() -> None:
    """What the breaker keeps from being asked is neither done nor failed."""
    alone = failing(LeftAloneError("it failed too often"))

    (outcome,) = runner().run([alone], budget_seconds=AMPLE_SECONDS)

    assert (outcome.ending, outcome.reason) == (Ending.LEFT_ALONE, "it failed too often")


@given(st.lists(st.booleans(), max_size=12))
def test_every_check_has_an_outcome(fates: list[bool]) -> None:
    """Whichever checks fail, there is one outcome per check, done exactly if it did not fail."""
    checks = [
        fine(str(number)) if fate else failing(OSError(), str(number))
        for number, fate in enumerate(fates)
    ]

    outcomes = runner().run(checks, budget_seconds=AMPLE_SECONDS)

    assert [each.ending is Ending.DONE for each in outcomes] == fates
    assert [each.name for each in outcomes] == [each.name for each in checks]
