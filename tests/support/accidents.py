"""A state service to which something happens at a chosen moment of an update."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, cast

from local.installation import LocalInstallation
from orchestrator.engine.host.zygotes import Zygote
from orchestrator.engine.runner import Runner
from orchestrator.state.updates import Updates

Accident = Callable[[], None]


def _nothing() -> None:
    pass


@dataclass(frozen=True, slots=True)
class AccidentProneUpdates:
    """Real updates; the accidents happen in the middle of the engine's call, before its answer."""

    updates: Updates
    after_start: Accident = _nothing
    before_complete: Accident = _nothing
    after_complete: Accident = _nothing

    def start(self, *arguments: Any, **options: Any) -> Any:
        started = self.updates.start(*arguments, **options)
        self.after_start()
        return started

    def complete(self, *arguments: Any, **options: Any) -> Any:
        self.before_complete()
        ended = self.updates.complete(*arguments, **options)
        self.after_complete()
        return ended

    def __getattr__(self, name: str) -> Any:
        return getattr(self.updates, name)


def accident_prone_runner(
    installation: LocalInstallation, zygote: Zygote, **accidents: Accident
) -> Runner:
    """A runner in whose updates these accidents happen."""
    service = installation.service
    updates = AccidentProneUpdates(service.updates, **accidents)
    return Runner(
        installation.room,
        replace(service, updates=cast(Updates, updates)),
        installation.data_keys,
        zygote,
        clock=installation.clock,
    )
