"""Running a program of the machine."""

from pathlib import Path

import psutil
import pytest

from local.errors import ToolFailedError
from local.external_tool import run_tool
from local_installation import write_program


def test_each_line_is_handed_on(tmp_path: Path) -> None:
    """What the program prints on either output arrives line by line, in order."""
    tool = write_program(tmp_path / "tool", 'echo one; echo two >&2; echo "$WORD"')
    lines: list[str] = []

    run_tool([str(tool)], environment={"WORD": "three"}, directory=tmp_path, on_line=lines.append)

    assert lines == ["one", "two", "three"]


def test_a_failure_shows_the_last_lines(tmp_path: Path) -> None:
    """The error has the program's name, its status and what it said last, and no more."""
    tool = write_program(tmp_path / "tool", "for n in $(/usr/bin/seq 30); do echo $n; done; exit 4")

    with pytest.raises(ToolFailedError, match="tool ended with status 4") as caught:
        run_tool([str(tool)], environment={}, directory=tmp_path, on_line=lambda line: None)

    said = caught.value.message.splitlines()[1:]
    assert [line.strip() for line in said] == [str(number) for number in range(19, 31)]


def test_a_program_that_is_not_there(tmp_path: Path) -> None:
    """A program that cannot be started is a failure with its name."""
    with pytest.raises(ToolFailedError, match="nothing cannot be run"):
        run_tool(
            [str(tmp_path / "nothing")],
            environment={},
            directory=tmp_path,
            on_line=lambda line: None,
        )


def test_an_exception_of_ours_stops_the_program(tmp_path: Path) -> None:
    """The program does not go on after we gave up on it."""
    tool = write_program(tmp_path / "tool", "echo $$; exec /usr/bin/tail -f /dev/null")
    pids: list[int] = []

    def give_up(line: str) -> None:
        pids.append(int(line))
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_tool([str(tool)], environment={}, directory=tmp_path, on_line=give_up)
    assert not psutil.pid_exists(pids[0])
