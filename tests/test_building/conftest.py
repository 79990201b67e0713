"""The real artifacts, staged once for this folder."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from building.artifacts import Artifacts
from building.build import Build, open_build

REPOSITORY = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def artifacts() -> Artifacts:
    """Those of this checkout."""
    return Artifacts(REPOSITORY)


@pytest.fixture(scope="session")
def build(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Build]:
    """A build that the tests of this process share."""
    with open_build(tmp_path_factory.mktemp("build")) as opened:
        yield opened
