"""docs/interfaces.md says what the code does."""

import importlib
import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path

import building
import deployment
import health
import hoist
import local
import orchestrator
import rotation
from hoist import operation_events as events
from hoist.cli.exit_codes import ExitCode
from hoist.errors import HoistError
from orchestrator.state.records import LEASE_LENGTH, UpdateStatus

INTERFACES = (Path(__file__).resolve().parents[2] / "docs" / "interfaces.md").read_text()

# Programs of their own: importing them would run them, or change this process.
NOT_FOR_IMPORT = {
    "orchestrator.engine.launcher",
    "local.demo",
    "building.__main__",
    "deployment.__main__",
}


def codes_in_the_code() -> set[str]:
    for package in (hoist, orchestrator, health, rotation, building, deployment, local):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if module.name not in NOT_FOR_IMPORT:
                importlib.import_module(module.name)
    ours = ("hoist", "orchestrator", "health", "rotation", "building", "deployment", "local")
    return {error.code for error in _below(HoistError) if error.__module__.split(".")[0] in ours}


def _below(kind: type[HoistError]) -> Iterator[type[HoistError]]:
    yield kind
    for narrower in kind.__subclasses__():
        yield from _below(narrower)


def test_error_codes_are_listed() -> None:
    """Each error code of the code is in the table, and each of the table is in the code."""
    table = INTERFACES.split("## Error codes")[1].split("\n## ")[0]

    assert set(re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE)) == codes_in_the_code()


def test_lease_length_is_told() -> None:
    """The length of a client's lease stands as the code has it."""
    assert f"| {LEASE_LENGTH.total_seconds():.0f} s |" in INTERFACES


def test_update_states_are_drawn() -> None:
    """Every state of an update is in its picture."""
    picture = INTERFACES.split("## States of an update")[1].split("```")[1]

    assert [status for status in UpdateStatus if status not in picture] == []


def test_event_types_are_listed() -> None:
    """The types of events that `--json` writes are those of the table."""
    table = INTERFACES.split("## Events of an operation")[1].split("\n## ")[0]
    listed = {
        name
        for row in re.findall(r"^\| (`[^|]+`) \|", table, re.MULTILINE)
        for name in re.findall(r"`(\w+)`", row)
    }
    written = {kind.type for kind in vars(events).values() if hasattr(kind, "type")}

    assert listed - {"type"} == written


def test_exit_codes_are_listed() -> None:
    """The exit codes of the command are those of the table."""
    table = INTERFACES.split("## Exit codes")[1].split("\n## ")[0]

    assert {int(code) for code in re.findall(r"^\| (\d+) \|", table, re.MULTILINE)} == set(ExitCode)
