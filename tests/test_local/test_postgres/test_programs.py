"""PostgreSQL's programs: what they print, and how they fail."""

import os
from pathlib import Path

import pytest

from local.errors import ToolFailedError
from local.postgres.binaries import find_postgres
from local.postgres.programs import PostgresPrograms, within_reach, write_for_server


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


def test_programs_in_a_home_are_copied_for_the_servers_user(tmp_path: Path) -> None:
    """What the server's user cannot come to is copied, its libraries too; else it is used there."""
    home = tmp_path / "home"
    programs = home / "package" / "install" / "bin"
    programs.mkdir(parents=True)
    (programs / "postgres").touch()
    (home / "package.libs").mkdir()
    (home / "package.libs" / "libssl.so").touch()
    home.chmod(0o700)
    spare = tmp_path / "spare"

    found = within_reach(programs, spare)

    if os.geteuid() != 0:
        assert found == programs
        return
    assert found == spare / "package" / "install" / "bin"
    assert (found / "postgres").exists()
    assert (spare / "package.libs" / "libssl.so").exists()


def test_programs_that_all_can_reach_stay_where_they_are(tmp_path: Path) -> None:
    """The system's programs are not copied."""
    assert within_reach(Path("/usr/bin"), tmp_path / "spare") == Path("/usr/bin")
