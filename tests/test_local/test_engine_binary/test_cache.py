"""The cached engine and the ways in which it can be broken."""

import json
import os
from pathlib import Path

import pytest

from local.engine_binary.cache import EngineCache
from local.engine_binary.pin import Platform
from local.errors import EngineStepError
from local_installation import PINNED, write_engine

LINUX = Platform("linux", "amd64")


@pytest.fixture
def cache(tmp_path: Path) -> EngineCache:
    return EngineCache(tmp_path, PINNED, LINUX, {})


@pytest.fixture
def engine(cache: EngineCache) -> Path:
    """A cached engine."""
    write_engine(cache.start_partial())
    return cache.keep_partial()


def test_an_empty_cache_says_where_it_looked(cache: EngineCache) -> None:
    """Without an entry the reason names the place."""
    with pytest.raises(EngineStepError, match="nothing at .*/engine/v3.250.0-linux-amd64/pulumi"):
        cache.find()


def test_a_kept_engine_is_found(cache: EngineCache, engine: Path) -> None:
    """What was kept is found again, with a record beside it."""
    assert cache.find() == engine
    assert json.loads(engine.with_name("pulumi.json").read_text())["size"] == engine.stat().st_size


def test_an_engine_of_another_version_is_not_kept(cache: EngineCache) -> None:
    """A new engine that says another version does not get into the cache."""
    write_engine(cache.start_partial(), "v3.1.0")

    with pytest.raises(EngineStepError, match=r"is v3\.1\.0"):
        cache.keep_partial()
    with pytest.raises(EngineStepError, match="nothing at"):
        cache.find()


def test_an_unchanged_engine_is_not_run(cache: EngineCache, engine: Path, tmp_path: Path) -> None:
    """With size and time as recorded, neither the engine is run nor its bytes are read."""
    facts = engine.stat()
    same_size = engine.read_bytes().replace(b"echo v3.250.0", b"touch /%s" % (b"x" * 6))
    engine.write_bytes(same_size)
    os.utime(engine, ns=(facts.st_atime_ns, facts.st_mtime_ns))

    assert len(same_size) == facts.st_size
    assert cache.find() == engine


def test_changed_bytes_are_noticed(cache: EngineCache, engine: Path) -> None:
    """An engine that was written to since is refused, even if it says the right version."""
    engine.write_text(engine.read_text() + "# and more\n")

    with pytest.raises(EngineStepError, match="is not what was put there"):
        cache.find()


def test_truncation_is_noticed(cache: EngineCache, engine: Path) -> None:
    """An engine that lost its end is refused."""
    engine.write_bytes(engine.read_bytes()[:5])

    with pytest.raises(EngineStepError, match="is not what was put there"):
        cache.find()


def test_a_touched_engine_is_recorded_anew(cache: EngineCache, engine: Path) -> None:
    """When only the time differs, the digest decides, and the next start is quick again."""
    os.utime(engine, ns=(0, 0))

    assert cache.find() == engine
    assert json.loads(engine.with_name("pulumi.json").read_text())["modified_ns"] == 0


def test_an_engine_that_is_not_executable_is_refused(cache: EngineCache, engine: Path) -> None:
    """Without the permission to run it, the entry is broken."""
    engine.chmod(0o600)

    with pytest.raises(EngineStepError, match="is not executable"):
        cache.find()


@pytest.mark.parametrize("record", [None, "", "{}", "[]", '{"size": "many"}'])
def test_without_a_record_the_version_decides(
    cache: EngineCache, engine: Path, record: str | None
) -> None:
    """An entry whose record is missing or damaged is taken if it runs and fits, and recorded."""
    path = engine.with_name("pulumi.json")
    path.unlink()
    if record is not None:
        path.write_text(record)

    assert cache.find() == engine
    assert json.loads(path.read_text())["size"] == engine.stat().st_size


def test_without_a_record_another_version_is_refused(cache: EngineCache, engine: Path) -> None:
    """An entry without a record that says another version is broken."""
    engine.with_name("pulumi.json").unlink()
    write_engine(engine, "v3.1.0")

    with pytest.raises(EngineStepError, match=r"is v3\.1\.0"):
        cache.find()


def test_what_an_interrupted_run_left_is_cleared(cache: EngineCache) -> None:
    """A new engine starts with no file in its place."""
    cache.start_partial().write_text("half an engine")

    assert not cache.start_partial().exists()
