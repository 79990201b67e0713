"""A circuit breaker whose state machine is Powertools'.

It is kept in this process alone: the table that it could be shared in is among the things that are
checked, and one environment makes nearly all looks. Powertools' circuit breaker imports boto3, so
that only who makes looks imports this module.
"""

import threading
from collections.abc import Callable
from typing import TypeVar

from aws_lambda_powertools.utilities.circuit_breaker import (
    CircuitBreakerConfig,
    CircuitBreakerOpenError,
    circuit_breaker,
)
from aws_lambda_powertools.utilities.circuit_breaker.persistence.base import (
    CircuitBreakerExistingLockError,
    CircuitBreakerPersistenceLayer,
)
from aws_lambda_powertools.utilities.circuit_breaker.persistence.record import CircuitStateRecord
from aws_lambda_powertools.utilities.circuit_breaker.states import CircuitState

from health.checking.breaker import LeftAloneError

Result = TypeVar("Result")

FAILURES_IN_A_ROW = 3
# Less than the minute between two rounds of the schedule: those always ask. Spared are the requests
# for /health in between.
RECOVERY_SECONDS = 30


class PowertoolsBreaker:
    """Asks until it failed FAILURES_IN_A_ROW times, then once in RECOVERY_SECONDS."""

    def __init__(self, circuits: CircuitBreakerPersistenceLayer | None = None) -> None:
        self._circuits = circuits or CircuitsInProcess()
        self._config = CircuitBreakerConfig(
            failure_threshold=FAILURES_IN_A_ROW,
            recovery_timeout=RECOVERY_SECONDS,
            # One answer is enough; each look comes from a thread of its own, which could not
            # collect more of them.
            success_threshold=1,
            local_cache_max_age=0,
        )

    def call(self, name: str, look: Callable[[], Result]) -> Result:
        guarded = circuit_breaker(name=name, persistence_store=self._circuits, config=self._config)
        try:
            found: Result = guarded(look)()
        except CircuitBreakerOpenError as error:
            raise LeftAloneError(
                f"it failed {FAILURES_IN_A_ROW} times in a row; "
                f"it is asked again {RECOVERY_SECONDS} s after the last time"
            ) from error
        return found


class CircuitsInProcess(CircuitBreakerPersistenceLayer):
    """The states of circuits, for the threads of one process."""

    def __init__(self) -> None:
        super().__init__()
        self._records: dict[str, CircuitStateRecord] = {}
        self._electing = threading.Lock()

    def _get_record(self, name: str) -> CircuitStateRecord | None:
        return self._records.get(name)

    def _put_record(
        self,
        record: CircuitStateRecord,
        condition: str | None = None,
        expected_opened_at: int | None = None,
    ) -> None:
        with self._electing:
            if condition and not self._may_probe(record.name, expected_opened_at):
                raise CircuitBreakerExistingLockError
            self._records[record.name] = record

    def _update_record(self, record: CircuitStateRecord) -> None:
        self._records[record.name] = record

    def _may_probe(self, name: str, opened_at: int | None) -> bool:
        present = self._records.get(name)
        return (
            present is not None
            and present.state is CircuitState.OPEN
            and present.opened_at == opened_at
        )
