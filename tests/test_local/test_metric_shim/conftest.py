"""One local AWS for the tests of its shim."""

from collections.abc import Iterator

import pytest

from emulator_for_tests import running_emulator


@pytest.fixture(scope="session")
def emulator_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with running_emulator(tmp_path_factory.mktemp("emulator")) as url:
        yield url
