"""The order in which the engine is looked for."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from local.engine_binary import obtain_engine
from local.engine_binary.probe import check_version
from local.errors import EngineStepError, EngineUnavailableError
from local.progress import Progress, SilentProgress
from local.settings import LocalSettings
from local_installation import PINNED, made_up_settings, write_engine
from recording_progress import RecordingProgress, RecordingTask


class ScriptedSource:
    """Makes an engine of some version, or fails for a reason; counts how often it was asked."""

    def __init__(self, name: str, *, version: str = PINNED, reason: str | None = None) -> None:
        self.name = name
        self.asked = 0
        self._version = version
        self._reason = reason

    def write(self, target: Path, progress: Progress) -> None:
        self.asked += 1
        if self._reason is not None:
            target.write_text("half an engine")
            raise EngineStepError(self._reason)
        write_engine(target, self._version)


@pytest.fixture
def settings(tmp_path: Path) -> LocalSettings:
    return made_up_settings(tmp_path)


def test_the_engine_on_path_is_taken_first(settings: LocalSettings, tmp_path: Path) -> None:
    """A fitting `pulumi` on PATH is used and nothing is made."""
    engine = write_engine(tmp_path / "bin" / "pulumi")
    source = ScriptedSource("a source")

    assert obtain_engine(settings, progress=SilentProgress(), sources=[source]) == engine
    assert source.asked == 0


def test_another_version_on_path_is_passed_over(settings: LocalSettings, tmp_path: Path) -> None:
    """A `pulumi` of another version is not used; what is made goes into the cache."""
    write_engine(tmp_path / "bin" / "pulumi", "v3.1.0")
    progress = RecordingProgress()

    found = obtain_engine(settings, progress=progress, sources=[ScriptedSource("a source")])

    assert found.is_relative_to(tmp_path / "cache" / "engine")
    assert "is v3.1.0, not v3.250.0" in progress.said[0]


def test_it_is_made_once(settings: LocalSettings) -> None:
    """The second time the cached engine is used, and nothing is said."""
    source, progress = ScriptedSource("a source"), RecordingProgress()
    first = obtain_engine(settings, progress=SilentProgress(), sources=[source])

    assert obtain_engine(settings, progress=progress, sources=[source]) == first
    assert (source.asked, progress.said) == (1, [])


def test_a_failed_step_says_why_and_the_next_is_tried(settings: LocalSettings) -> None:
    """The first source's reason is shown, and the second makes the engine."""
    progress = RecordingProgress()
    sources = [ScriptedSource("the first", reason="no network"), ScriptedSource("the second")]

    obtain_engine(settings, progress=progress, sources=sources)

    assert progress.said[1:] == ["No engine from the first: no network."]


def test_a_source_that_makes_another_version_has_failed(settings: LocalSettings) -> None:
    """What was made is asked for its version before it is believed."""
    sources = [ScriptedSource("the first", version="v3.1.0"), ScriptedSource("the second")]

    found = obtain_engine(settings, progress=SilentProgress(), sources=sources)

    assert sources[1].asked == 1
    check_version(found, PINNED, {})


def test_a_broken_cache_entry_is_replaced(settings: LocalSettings) -> None:
    """A cached engine that was damaged is noticed and made again."""
    source = ScriptedSource("a source")
    engine = obtain_engine(settings, progress=SilentProgress(), sources=[source])
    engine.write_text("damaged")

    assert obtain_engine(settings, progress=SilentProgress(), sources=[source]) == engine
    assert source.asked == 2
    check_version(engine, PINNED, {})


def test_when_nothing_works_each_step_is_named(settings: LocalSettings) -> None:
    """The one error lists every way with its reason, and says what to install."""
    sources = [ScriptedSource("one", reason="no network"), ScriptedSource("two", reason="no Go")]

    with pytest.raises(EngineUnavailableError) as caught:
        obtain_engine(settings, progress=SilentProgress(), sources=sources)

    reasons = [(step.name, step.reason) for step in caught.value.failed_steps]
    assert [name for name, _ in reasons] == ["pulumi on PATH", "the cache", "one", "two"]
    assert all(f"{name}: {reason}" in caught.value.message for name, reason in reasons)
    assert "Pulumi CLI v3.250.0" in caught.value.way_out
    assert "Go 1.25 or newer" in caught.value.way_out


def test_a_failed_step_leaves_nothing_behind(settings: LocalSettings) -> None:
    """Half an engine is removed."""
    with pytest.raises(EngineUnavailableError):
        obtain_engine(
            settings, progress=SilentProgress(), sources=[ScriptedSource("one", reason="no")]
        )

    left = [path.name for path in settings.cache_directory.rglob("pulumi*")]
    assert left == []


def test_two_at_once_make_it_once(settings: LocalSettings) -> None:
    """Whoever comes second says that it waits, and takes what the first one made."""
    source, is_waiting = ScriptedSource("a source"), threading.Event()

    class SecondProgress(RecordingProgress):
        @contextmanager
        def task(self, sentence: str) -> Iterator[RecordingTask]:
            is_waiting.set()
            with super().task(sentence) as task:
                yield task

    found: list[Path] = []
    second_progress = SecondProgress()
    second = threading.Thread(
        target=lambda: found.append(
            obtain_engine(settings, progress=second_progress, sources=[source])
        )
    )

    class SlowSource(ScriptedSource):
        def write(self, target: Path, progress: Progress) -> None:
            second.start()
            assert is_waiting.wait(timeout=30)
            super().write(target, progress)

    first = obtain_engine(settings, progress=SilentProgress(), sources=[SlowSource("slow")])
    second.join()

    assert found == [first]
    assert source.asked == 0
    assert [sentence[:33] for sentence in second_progress.tasks] == [
        "Another process is getting the en"
    ]


@pytest.mark.engine
def test_the_real_engine_in_the_cache_is_accepted() -> None:
    """The real engine of this machine is found and says the pinned version."""
    settings = LocalSettings.of_this_process()

    engine = obtain_engine(settings, progress=SilentProgress())

    check_version(engine, PINNED, settings.tool_environment)
