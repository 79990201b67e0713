"""The end of `make demo`: how the installation is, after all that."""

import subprocess
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from hoist.cli.exit_codes import ExitCode
from hoist.clock import Clock

if TYPE_CHECKING:
    from local.demo import Demo

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# Health is called a minute after it was deployed. It judges numbers in whole steps of time, some
# time after they are over, and asks for them once a minute at most.
FIRST_CALL = timedelta(minutes=1)
STEP = timedelta(minutes=5)
SETTLE = timedelta(minutes=2)
ASKED_EACH = timedelta(minutes=1)
LOOK_AGAIN_SECONDS = 15.0


def show_health(demo: "Demo", *, deployed_at: datetime, clock: Clock) -> None:
    """Ask health, as soon as there is something to judge; ends the demo when something fails."""
    demo.say("10. How is the installation, after all that? Health looks at it each minute.")
    with suppress(KeyboardInterrupt):
        _await_numbers(demo, first_numbers_at(deployed_at), clock)
    demo.run("health", may_end_with=[ExitCode.HEALTH_WARNS, ExitCode.HEALTH_UNKNOWN])


def first_numbers_at(deployed_at: datetime) -> datetime:
    """When health can judge the numbers of an installation that was just deployed."""
    called_at = deployed_at + FIRST_CALL
    return called_at + STEP - (called_at - EPOCH) % STEP + SETTLE


def _await_numbers(demo: "Demo", first_at: datetime, clock: Clock) -> None:
    until = first_at + ASKED_EACH
    if clock.now() >= until or _can_tell(demo):
        return
    demo.say(
        "   Numbers are judged in steps of five minutes, two minutes after their end."
        f"\n   The first ones are there at {first_at.astimezone():%H:%M}; Ctrl-C asks at once."
    )
    while clock.now() < until and not _can_tell(demo):
        clock.sleep(LOOK_AGAIN_SECONDS)


def _can_tell(demo: "Demo") -> bool:
    asked = subprocess.run(
        [str(demo.hoist), "health", "--json"],
        cwd=demo.repository,
        capture_output=True,
        check=False,
    )
    return asked.returncode != ExitCode.HEALTH_UNKNOWN
