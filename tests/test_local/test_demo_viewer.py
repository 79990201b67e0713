"""The demo's viewer, with a script in the command's place."""

import io
from pathlib import Path

import pytest
from rich.console import Console

from hoist.cli.exit_codes import ExitCode
from local.demo import Demo, try_as_viewer
from local_installation import write_program


def demo_whose_up_ends_with(code: ExitCode, directory: Path) -> tuple[Demo, io.StringIO]:
    told = io.StringIO()
    hoist = write_program(directory / "hoist", f'[ "$1" = up ] && exit {int(code)}; exit 0')
    return Demo(Console(file=told, width=200), hoist, directory), told


def test_a_viewer_is_refused_and_the_owner_signs_in_again(tmp_path: Path) -> None:
    """What comes after it in the demo is the owner's to do."""
    demo, told = demo_whose_up_ends_with(ExitCode.AUTHENTICATION, tmp_path)

    try_as_viewer(demo, "shop")

    commands = [line for line in told.getvalue().splitlines() if line.startswith("$ ")]
    assert commands == ["$ hoist login --role viewer", "$ hoist up shop", "$ hoist login"]


@pytest.mark.parametrize("code", [ExitCode.OK, ExitCode.FAILED])
def test_a_viewer_who_is_let_in_ends_the_demo(code: ExitCode, tmp_path: Path) -> None:
    """Nothing but a refusal for want of a permission is what it wants to show."""
    demo, _ = demo_whose_up_ends_with(code, tmp_path)

    with pytest.raises(SystemExit):
        try_as_viewer(demo, "shop")
