"""The demo's last question, with a script in the command's place."""

import io
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from hoist.cli.exit_codes import ExitCode
from hoist.clock import FixedClock
from local.demo import Demo
from local.demo_health import ASKED_EACH, FIRST_CALL, SETTLE, STEP, first_numbers_at, show_health
from local_installation import write_program

DEPLOYED_AT = datetime(2026, 3, 1, 12, 0, 30, tzinfo=UTC)
# Unknown so many times, and then a verdict.
SCRIPT = """\
echo "$@" >> asked
[ "$(wc -l < asked)" -le {unknown} ] && exit 12
exit {verdict}
"""


@dataclass
class Scene:
    """A demo that has come to its end, and its clock."""

    directory: Path
    clock: FixedClock = field(
        default_factory=lambda: FixedClock(DEPLOYED_AT + timedelta(minutes=2))
    )
    told: io.StringIO = field(default_factory=io.StringIO)

    def show(self, verdict: ExitCode, *, unknown: int = 0) -> None:
        script = SCRIPT.format(unknown=unknown, verdict=int(verdict))
        hoist = write_program(self.directory / "hoist", script)
        demo = Demo(Console(file=self.told, width=200), hoist, self.directory)
        show_health(demo, deployed_at=DEPLOYED_AT, clock=self.clock)

    @property
    def asked(self) -> list[str]:
        return (self.directory / "asked").read_text().splitlines()

    @property
    def waited(self) -> timedelta:
        return self.clock.now() - DEPLOYED_AT - timedelta(minutes=2)


@pytest.mark.parametrize("verdict", [ExitCode.OK, ExitCode.HEALTH_WARNS])
def test_a_verdict_is_shown_at_once(verdict: ExitCode, tmp_path: Path) -> None:
    """Where health can tell, nobody waits, and the command is the last word."""
    scene = Scene(tmp_path)
    scene.show(verdict)

    assert scene.waited == timedelta(0)
    assert scene.asked == ["health --json", "health"]
    assert scene.told.getvalue().splitlines()[-1] == "$ hoist health"


def test_a_new_installation_is_given_time(tmp_path: Path) -> None:
    """While there are no settled numbers yet it waits, says until when, and then shows them."""
    scene = Scene(tmp_path)
    scene.show(ExitCode.OK, unknown=5)

    assert timedelta(0) < scene.waited < STEP
    assert scene.asked[-2:] == ["health --json", "health"]
    assert f"{first_numbers_at(DEPLOYED_AT).astimezone():%H:%M}" in scene.told.getvalue()


def test_it_does_not_wait_for_what_will_not_come(tmp_path: Path) -> None:
    """Once there must have been numbers, what is still unknown is shown as that."""
    scene = Scene(tmp_path)
    scene.show(ExitCode.OK, unknown=1000)

    assert scene.waited < STEP + SETTLE + ASKED_EACH
    assert scene.asked[-1] == "health"


@pytest.mark.parametrize("code", [ExitCode.HEALTH_FAILS, ExitCode.ENVIRONMENT_FAULT])
def test_what_fails_ends_the_demo(code: ExitCode, tmp_path: Path) -> None:
    """A demo after which something fails, or nobody answers, has not gone well."""
    with pytest.raises(SystemExit) as ended:
        Scene(tmp_path).show(code)

    assert ended.value.code == code


@given(seconds=st.floats(0, 10_000))
def test_first_numbers_are_settled(seconds: float) -> None:
    """The step in which health is first called is over and settled then, and none before it."""
    deployed_at = DEPLOYED_AT + timedelta(seconds=seconds)
    settled = first_numbers_at(deployed_at) - SETTLE

    assert timedelta(0) < settled - (deployed_at + FIRST_CALL) <= STEP
    assert settled.timestamp() % STEP.total_seconds() == 0
