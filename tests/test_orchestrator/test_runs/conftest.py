"""Stores of runs: in memory, in a directory, in a local AWS."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from emulator_for_tests import running_emulator
from run_sites import RunSite
from storages import AwsPlace, directory_opener, emulator_place, memory_opener


@pytest.fixture(params=["memory", "directory"])
def site(request: pytest.FixtureRequest, tmp_path: Path) -> RunSite:
    """An empty store with a clock that stands still."""
    if request.param == "directory":
        return RunSite(directory_opener(tmp_path / "store"))
    return RunSite(memory_opener())


@pytest.fixture(scope="session")
def dynamodb_place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AwsPlace]:
    """A table in a local AWS of this session's own."""
    with (
        running_emulator(tmp_path_factory.mktemp("emulator")) as url,
        emulator_place(url) as place,
    ):
        yield place
