"""Which PostgreSQL is taken, where there are several, or none."""

from pathlib import Path

import pytest

from local.postgres.binaries import OLDEST_MAJOR, find_postgres, newest_of_first


def programs(directory: Path, says: str) -> Path:
    """A directory with a server that says of itself what it is told to."""
    directory.mkdir()
    for name in ("initdb", "pg_ctl", "postgres"):
        program = directory / name
        program.write_text(f"#!/bin/sh\necho '{says}'\n")
        program.chmod(0o755)
    return directory


def version(major: int) -> str:
    return f"postgres (PostgreSQL) {major}.3 (Some 1.2)"


def test_this_machine_has_one() -> None:
    """A server is found, by the system or by what `make setup` has installed."""
    found = find_postgres()

    assert found
    assert (found / "initdb").exists()


def test_first_place_wins_and_the_newest_there(tmp_path: Path) -> None:
    """A newer version in a later place is not taken, an older one in the same place neither."""
    older, newer, newest = (
        programs(tmp_path / str(major), version(major))
        for major in (OLDEST_MAJOR, OLDEST_MAJOR + 1, OLDEST_MAJOR + 2)
    )

    assert newest_of_first(([older, newer], [newest])) == newer


@pytest.mark.parametrize(
    "says",
    [
        version(OLDEST_MAJOR - 1),
        "postgres (PostgreSQL) 9.6",
        "postgres (PostgreSQL) x",
        "postgres",
        "",
        "\\377 (PostgreSQL)",
        "(PostgreSQL) " + "9" * 5000,
    ],
)
def test_what_is_too_old_or_no_server(tmp_path: Path, says: str) -> None:
    """A place with nothing usable is passed over for the next one."""
    wrong = programs(tmp_path / "wrong", says)
    right = programs(tmp_path / "right", version(OLDEST_MAJOR))

    assert newest_of_first(([wrong], [], [right])) == right


def test_incomplete_directories(tmp_path: Path) -> None:
    """Clients alone, and programs that cannot be run, are no server."""
    clients, locked = (
        programs(tmp_path / name, version(OLDEST_MAJOR)) for name in ("clients", "locked")
    )
    (clients / "initdb").unlink()
    (locked / "postgres").chmod(0o644)

    assert newest_of_first(([clients, locked, tmp_path / "absent"],)) is None
