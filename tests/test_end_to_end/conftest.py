"""Hoist, deployed once for all tests of a process."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from running_hoist import RemoteStack, RunningHoist, running_hoist


@pytest.fixture(scope="session")
def deployed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningHoist]:
    """The whole of it on a local AWS of its own."""
    with running_hoist(tmp_path_factory.mktemp("deployed")) as hoist:
        yield hoist


@pytest.fixture
def remote(deployed: RunningHoist, tmp_path: Path) -> RemoteStack:
    """A fresh stack behind the API."""
    return deployed.stack(tmp_path)
