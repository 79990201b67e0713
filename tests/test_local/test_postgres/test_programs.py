"""PostgreSQL's programs: what they print, and how they fail."""

from pathlib import Path

import pytest

from local.errors import ToolFailedError
from local.postgres.binaries import find_postgres
from local.postgres.programs import PostgresPrograms, write_for_server


@pytest.fixture
def programs() -> PostgresPrograms:
    directory = find_postgres()
    assert directory
    return PostgresPrograms(directory)


def test_what_is_printed(programs: PostgresPrograms) -> None:
    """A program that ends well gives its output."""
    assert "(PostgreSQL)" in programs.run("postgres", "--version")


def test_program_that_fails(programs: PostgresPrograms) -> None:
    """The error names the program, its status, and what it said."""
    with pytest.raises(ToolFailedError, match=r"initdb ended with status 1:\n.*--no-such-option"):
        programs.run("initdb", "--no-such-option")


def test_program_that_is_not_there(tmp_path: Path) -> None:
    """The error names the program."""
    with pytest.raises(ToolFailedError, match="initdb cannot be run"):
        PostgresPrograms(tmp_path).run("initdb")


def test_files_are_the_servers_alone(tmp_path: Path) -> None:
    """What is written for the server, nobody else may read."""
    write_for_server(tmp_path / "key", "text")

    assert (tmp_path / "key").stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "key").read_text() == "text"
