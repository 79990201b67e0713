"""A store whose calls are counted, and can fail or be the last thing that a process does."""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Any, cast

from hoist.errors import HoistError
from orchestrator.state.errors import StoreUnavailableError
from orchestrator.state.storage import Log, Objects, Records, Storage


class Moment(Enum):
    """Before the store has done what was asked, or after it, with the answer lost."""

    BEFORE = auto()
    AFTER = auto()


class Died(BaseException):  # noqa: N818 - nothing went wrong: the process is gone
    """The end of a process, which nothing in it can catch."""


@dataclass(slots=True)
class Watch:
    """Counts calls as `records.put`, `log.append` and so on; breaks nothing."""

    calls: list[str] = field(default_factory=list)

    def at(self, moment: Moment, call: str) -> None:
        if moment is Moment.BEFORE:
            self.calls.append(call)

    def taken(self) -> list[str]:
        """The calls since this was last asked."""
        taken, self.calls = self.calls, []
        return taken


@dataclass(slots=True)
class Killer(Watch):
    """Ends the process at a call, counted from 1; what is dead stays dead."""

    at_call: int = 0
    moment: Moment = Moment.BEFORE
    has_struck: bool = False

    def at(self, moment: Moment, call: str) -> None:
        Watch.at(self, moment, call)
        if self.has_struck or (len(self.calls) == self.at_call and moment is self.moment):
            self.has_struck = True
            raise Died


@dataclass(slots=True)
class OutageAt(Watch):
    """Fails one call, counted from 1."""

    at_call: int = 0
    moment: Moment = Moment.AFTER
    has_struck: bool = False

    def at(self, moment: Moment, call: str) -> None:
        Watch.at(self, moment, call)
        if not self.has_struck and len(self.calls) == self.at_call and moment is self.moment:
            self.has_struck = True
            raise StoreUnavailableError("the store did not answer")


@dataclass(slots=True)
class Outage(Watch):
    """Fails the next call of a name, `times` times."""

    call: str = ""
    moment: Moment = Moment.AFTER
    times: int = 1

    def at(self, moment: Moment, call: str) -> None:
        Watch.at(self, moment, call)
        if self.times and call == self.call and moment is self.moment:
            self.times -= 1
            raise StoreUnavailableError("the store did not answer")


@dataclass(slots=True)
class Meanwhile(Watch):
    """Does something right before the next call of a name, as another process might."""

    call: str = ""
    action: Callable[[], object] = field(default=lambda: None)
    is_done: bool = False

    def at(self, moment: Moment, call: str) -> None:
        Watch.at(self, moment, call)
        if not self.is_done and call == self.call and moment is Moment.BEFORE:
            self.is_done = True
            self.action()


@dataclass(slots=True)
class BeforeEach(Watch):
    """Does something right before each call of a name."""

    call: str = ""
    action: Callable[[], object] = field(default=lambda: None)

    def at(self, moment: Moment, call: str) -> None:
        Watch.at(self, moment, call)
        if call == self.call and moment is Moment.BEFORE:
            self.action()


def watched(storage: Storage, watch: Watch) -> Storage:
    """The same store, with every call told to `watch` before and after."""
    return Storage(
        records=cast(Records, _Watched("records", storage.records, watch)),
        log=cast(Log, _Watched("log", storage.log, watch)),
        objects=cast(Objects, _Watched("objects", storage.objects, watch)),
    )


class _Watched:
    def __init__(self, seam: str, target: object, watch: Watch) -> None:
        self._seam = seam
        self._target = target
        self._watch = watch

    def __getattr__(self, method: str) -> Callable[..., Any]:
        target, name = getattr(self._target, method), f"{self._seam}.{method}"

        def call(*arguments: Any, **named: Any) -> Any:
            self._watch.at(Moment.BEFORE, name)
            try:
                answer = target(*arguments, **named)
            except HoistError:
                self._watch.at(Moment.AFTER, name)
                raise
            if method == "list":
                answer = list(answer)
            self._watch.at(Moment.AFTER, name)
            return answer

        return call
