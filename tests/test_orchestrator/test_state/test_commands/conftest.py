"""The real CLI on a state service of its own."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from state_cli import CliParts, StateCli, cli_parts, served_cli


@pytest.fixture(scope="session")
def parts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CliParts]:
    """The engine, a provider and a program host, for all tests of this process."""
    with cli_parts(tmp_path_factory.mktemp("parts")) as made:
        yield made


@pytest.fixture
def cli(parts: CliParts, tmp_path: Path) -> Iterator[StateCli]:
    """A CLI with an empty backend."""
    with served_cli(parts, tmp_path) as made:
        yield made
