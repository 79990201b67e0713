"""The breaker leaves alone what does not answer, and finds out when it does again."""

import threading
import uuid

import pytest
from aws_lambda_powertools.utilities.circuit_breaker.states import CircuitState

from health.checking.breaker import LeftAloneError
from health.checking.circuits import FAILURES_IN_A_ROW, CircuitsInProcess, PowertoolsBreaker

LONG_AGO = 0


class Dependency:
    """Counts how often it is asked."""

    def __init__(self) -> None:
        self.is_up = False
        self.asked = 0

    def look(self) -> str:
        self.asked += 1
        if not self.is_up:
            raise ConnectionError
        return "well"


@pytest.fixture
def name() -> str:
    """Powertools counts failures per process and name: each test has its own."""
    return f"check-{uuid.uuid4().hex}"


def fail_until_open(breaker: PowertoolsBreaker, name: str, dependency: Dependency) -> None:
    for _ in range(FAILURES_IN_A_ROW):
        with pytest.raises(ConnectionError):
            breaker.call(name, dependency.look)


def recovery_is_due(circuits: CircuitsInProcess, name: str) -> None:
    """As if the circuit had opened long ago."""
    circuits.save_open(name, failure_count=FAILURES_IN_A_ROW, opened_at=LONG_AGO)


def test_answer_passes_through(name: str) -> None:
    """What is well is asked each time."""
    breaker, dependency = PowertoolsBreaker(), Dependency()
    dependency.is_up = True

    assert [breaker.call(name, dependency.look) for _ in range(5)] == ["well"] * 5


def test_dead_dependency_is_left_alone(name: str) -> None:
    """After some failures in a row it is not asked any more, and the reason says so."""
    breaker, dependency = PowertoolsBreaker(), Dependency()
    fail_until_open(breaker, name, dependency)

    with pytest.raises(LeftAloneError, match=f"failed {FAILURES_IN_A_ROW} times in a row"):
        breaker.call(name, dependency.look)

    assert dependency.asked == FAILURES_IN_A_ROW


def test_one_answer_closes_the_circuit(name: str) -> None:
    """When it is time to try again and there is an answer, it is asked as before."""
    circuits, dependency = CircuitsInProcess(), Dependency()
    breaker = PowertoolsBreaker(circuits)
    fail_until_open(breaker, name, dependency)
    recovery_is_due(circuits, name)
    dependency.is_up = True

    assert [breaker.call(name, dependency.look) for _ in range(3)] == ["well"] * 3


def test_failed_probe_opens_it_again(name: str) -> None:
    """A try that fails is the only one, until it is time for another."""
    circuits, dependency = CircuitsInProcess(), Dependency()
    breaker = PowertoolsBreaker(circuits)
    fail_until_open(breaker, name, dependency)
    recovery_is_due(circuits, name)

    with pytest.raises(ConnectionError):
        breaker.call(name, dependency.look)
    with pytest.raises(LeftAloneError):
        breaker.call(name, dependency.look)

    assert dependency.asked == FAILURES_IN_A_ROW + 1


def test_only_one_thread_probes(name: str) -> None:
    """Of several threads that find recovery due, one wins the right to ask."""
    circuits = CircuitsInProcess()
    recovery_is_due(circuits, name)
    all_there, won = threading.Barrier(4), []

    def try_to_win(owner: str) -> None:
        all_there.wait()
        won.append(circuits.try_acquire_half_open(name, owner, LONG_AGO))

    threads = [threading.Thread(target=try_to_win, args=(str(n),)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(won) == [False, False, False, True]
    assert circuits.get_state(name).state is CircuitState.HALF_OPEN


def test_circuits_are_of_one_check_each(name: str) -> None:
    """One dead dependency does not keep another from being asked."""
    breaker, dead, alive = PowertoolsBreaker(), Dependency(), Dependency()
    alive.is_up = True
    fail_until_open(breaker, name, dead)

    assert breaker.call(f"{name}-other", alive.look) == "well"
