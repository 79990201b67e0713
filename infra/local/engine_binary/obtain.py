"""The order in which the engine is looked for, and the one error when no way works."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Protocol

from local.engine_binary.cache import EngineCache
from local.engine_binary.download import HttpDownloader
from local.engine_binary.go_build import GoBuild
from local.engine_binary.pin import EnginePin, Platform, read_pin, this_platform
from local.engine_binary.probe import engine_on_path
from local.engine_binary.release import OfficialRelease
from local.errors import EngineStepError, EngineUnavailableError, FailedStep
from local.file_lock import exclusive_lock
from local.progress import Progress
from local.settings import LocalSettings


class EngineSource(Protocol):
    """A way to make the engine, in minutes."""

    @property
    def name(self) -> str:
        """What people call it."""
        ...

    def write(self, target: Path, progress: Progress) -> None:
        """Write the engine to `target`; raises EngineStepError."""
        ...


def obtain_engine(
    settings: LocalSettings,
    *,
    progress: Progress,
    sources: Sequence[EngineSource] | None = None,
) -> Path:
    """A `pulumi` of exactly the pinned version, made first where there is none.

    Raises EngineUnavailableError, which lists each way that was tried and why it failed.
    """
    pin = read_pin(settings.repository / "infra" / "engine" / "go.mod")
    platform = this_platform()
    tools = settings.tool_environment
    cache = EngineCache(settings.cache_directory, pin.version, platform, tools)
    attempts = _Attempts(progress)

    found = attempts.quietly(
        "pulumi on PATH", partial(engine_on_path, settings.search_path, pin.version, tools)
    ) or attempts.quietly("the cache", cache.find)
    if found is not None:
        return found
    reasons = "; ".join(f"{step.name}: {step.reason}" for step in attempts.failed)
    progress.say(f"Getting the Pulumi engine {pin.version} ({reasons}).")
    made = _make(
        cache,
        _sources(settings, pin, platform) if sources is None else sources,
        attempts=attempts,
        progress=progress,
    )
    if made is None:
        raise EngineUnavailableError(pin.version, pin.go_version, attempts.failed)
    return made


def _sources(
    settings: LocalSettings, pin: EnginePin, platform: Platform
) -> tuple[EngineSource, ...]:
    return (
        OfficialRelease(pin.version, platform, HttpDownloader()),
        GoBuild(
            pin,
            settings.repository / "infra" / "engine",
            settings.search_path,
            settings.tool_environment,
        ),
    )


def _make(
    cache: EngineCache,
    sources: Sequence[EngineSource],
    *,
    attempts: "_Attempts",
    progress: Progress,
) -> Path | None:
    waiting = "Another process is getting the engine; waiting for it (minutes, at most)"
    with exclusive_lock(cache.lock, waiting=waiting, progress=progress):
        # Whoever held the lock may have put it there.
        with suppress(EngineStepError):
            # Whoever held the lock may have put it there.
            return cache.find()
        for source in sources:
            made = attempts.aloud(source.name, partial(_make_with, source, cache, progress))
            if made is not None:
                return made
    return None


def _make_with(source: EngineSource, cache: EngineCache, progress: Progress) -> Path:
    try:
        source.write(cache.start_partial(), progress)
        return cache.keep_partial()
    finally:
        cache.partial.unlink(missing_ok=True)


class _Attempts:
    """Tries one way after the other and remembers why each failed."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self.failed: list[FailedStep] = []

    def quietly(self, name: str, step: Callable[[], Path]) -> Path | None:
        try:
            return step()
        except EngineStepError as error:
            self.failed.append(FailedStep(name, error.message))
            return None

    def aloud(self, name: str, step: Callable[[], Path]) -> Path | None:
        found = self.quietly(name, step)
        if found is None:
            self._progress.say(f"No engine from {name}: {self.failed[-1].reason}.")
        return found
