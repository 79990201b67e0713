"""Programs that log in to a database again and again, with whatever its secret says just then."""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from botocore.exceptions import ClientError

from hoist.rotation_engine.faults import ClientCall
from postgres_site import Estate, PostgresSite, login_of
from rotation.steps import Stage
from rotation.strategies.postgres.driver import PostgresServers
from rotation.strategies.postgres.failures import LoginRefusedError

PATIENCE_SECONDS = 60


@dataclass
class Programs:
    """Many at once. Each looks at the labels in order until one lets it in.

    `refused` counts logins, `failed` holds what ended a program: it should stay empty.
    """

    site: PostgresSite
    estate: Estate
    arn: str
    labels: Sequence[Stage]
    refused: int = 0
    failed: list[Exception] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._progress = threading.Condition()
        self._done: dict[int, int] = {}
        self._is_over = False
        # The store in memory takes one call at a time.
        self._store = threading.Lock()
        self.site.before, self.site.after = self._take_store, self._leave_store

    @contextmanager
    def running(self, count: int) -> Iterator[None]:
        threads = [threading.Thread(target=self._run, args=(number,)) for number in range(count)]
        self._done = dict.fromkeys(range(count), 0)
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            self._is_over = True
            for thread in threads:
                thread.join()

    def let_each_work(self) -> None:
        """Until each program has begun and ended a piece of work, or one has failed."""
        with self._progress:
            # The piece that each is at may have begun long ago.
            goals = {number: done + 2 for number, done in self._done.items()}
            assert self._progress.wait_for(
                lambda: self.failed or all(self._done[n] >= goals[n] for n in goals),
                PATIENCE_SECONDS,
            )

    def _run(self, number: int) -> None:
        while not self._is_over:
            try:
                self._work()
            except Exception as error:  # noqa: BLE001 - whatever it is, the program has failed
                self.failed.append(error)
                self._is_over = True
            with self._progress:
                self._done[number] += 1
                self._progress.notify_all()

    def _work(self) -> None:
        for label in self.labels:
            value = self._value(label)
            try:
                if value is not None:
                    self._ask(value)
                    return
            except LoginRefusedError:
                with self._progress:
                    self.refused += 1
        raise AssertionError("no label lets the program in")

    def _ask(self, value: str) -> None:
        with PostgresServers().session(self.estate.at, login_of(value)) as session:
            session.read(f"SELECT * FROM {self.estate.schema}.orders")

    def _value(self, label: Stage) -> str | None:
        with self._store:
            try:
                return self.site.store.value(self.arn, label.value)
            except ClientError:
                return None

    def _take_store(self, call: ClientCall) -> None:
        self._store.acquire()

    def _leave_store(self, call: ClientCall) -> None:
        self._store.release()
