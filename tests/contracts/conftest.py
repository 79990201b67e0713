"""Every store, for the one contract."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from emulator_for_tests import running_emulator
from orchestrator.state.storage import Storage
from storages import OpenStorage, directory_opener, emulator_place, memory_opener, moto_place

_EMULATOR = pytest.param("emulator", marks=pytest.mark.emulator)


@pytest.fixture(scope="session")
def emulator_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with running_emulator(tmp_path_factory.mktemp("emulator")) as url:
        yield url


@pytest.fixture(params=["memory", "directory", "moto", _EMULATOR])
def open_storage(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[OpenStorage]:
    """Fresh views of one empty store."""
    yield from _openers(request, tmp_path)


@pytest.fixture(params=["memory", "directory", _EMULATOR])
def open_shared_storage(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[OpenStorage]:
    """Like open_storage, of the stores that many threads may use at once (moto is not one)."""
    yield from _openers(request, tmp_path)


@pytest.fixture
def storage(open_storage: OpenStorage) -> Storage:
    return open_storage()


@pytest.fixture
def other_view(open_storage: OpenStorage, storage: Storage) -> Storage:
    """The same store, as another process sees it."""
    return open_storage()


def _openers(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[OpenStorage]:
    match request.param:
        case "memory":
            yield memory_opener()
        case "directory":
            yield directory_opener(tmp_path / "store")
        case "moto":
            with moto_place() as place:
                yield place.open
        case _:
            with emulator_place(request.getfixturevalue("emulator_url")) as place:
                yield place.open
