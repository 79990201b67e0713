"""Workers with the real engine, on stores that need no AWS."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from hoist.clock import SystemClock
from orchestrator.work.answering import Answering
from storages import directory_opener, memory_opener
from work_engine_room import EngineParts, Trial, engine_parts, new_trial
from work_kms import serving_kms
from work_queue import FifoQueue
from work_sites import ClockAhead, FolderOfPrograms, WorkSite


@pytest.fixture(scope="session")
def kms_url() -> Iterator[str]:
    with serving_kms() as url:
        yield url


@pytest.fixture(scope="session")
def engine_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the plugins are, for all workers."""
    return tmp_path_factory.mktemp("engine")


@pytest.fixture(scope="session")
def engine(engine_home: Path, kms_url: str) -> Iterator[EngineParts]:
    """The engine of this process's workers, warm."""
    with engine_parts(engine_home, engine_home / "runs", kms_url=kms_url) as parts:
        yield parts


@pytest.fixture
def clock() -> ClockAhead:
    return ClockAhead(SystemClock())


@pytest.fixture
def queue(clock: ClockAhead) -> FifoQueue:
    return FifoQueue(clock)


@pytest.fixture
def site(clock: ClockAhead, queue: FifoQueue, tmp_path: Path) -> WorkSite:
    """An empty store in memory."""
    return WorkSite(memory_opener(), clock, queue, FolderOfPrograms(tmp_path / "programs"))


@pytest.fixture
def shared_site(clock: ClockAhead, queue: FifoQueue, tmp_path: Path) -> WorkSite:
    """An empty store that other processes may use as well."""
    opener = directory_opener(tmp_path / "store")
    return WorkSite(opener, clock, queue, FolderOfPrograms(tmp_path / "programs"))


@pytest.fixture
def trial(site: WorkSite, tmp_path: Path) -> Trial:
    """A stack in that store."""
    return new_trial(site, tmp_path)


@pytest.fixture
def worker(site: WorkSite, queue: FifoQueue, engine: EngineParts) -> Callable[[], Answering]:
    """Makes workers with the real engine."""
    return lambda: site.answering(lambda: engine.runner(site), visibility=queue)
