"""No-op `up`: what every other deployment is."""

import sys
from pathlib import Path

from pulumi import automation

from bench.pairs import Contender, Goal, Row, compare
from bench.place import Place
from bench.sides import AutomationSide, TheirStack, run_ours

# A few resources with inputs and outputs: start-up is what counts here.
PROGRAM = """
import probe
import pulumi

for number in range(5):
    probe.Item(f"item-{number}", value=number)
pulumi.export("answer", 42)
"""


def rows(place: Place) -> list[Row]:
    """Against the Automation API, and against one bare `pulumi up`."""
    return [_against_automation(place), _against_bare(place)]


def _against_automation(place: Place) -> Row:
    ours = place.our_stack("noop-a", PROGRAM)
    side = _automation_side(place)
    return compare(
        "no-op up, warm, against the Automation API (select, config, up, outputs)",
        ours=Contender(lambda: run_ours(ours)),
        theirs=Contender(side.deploy),
        goal=Goal(10, is_speed_up=True),
        clock=place.clock,
    )


def _against_bare(place: Place) -> Row:
    ours = place.our_stack("noop-b", PROGRAM)
    theirs: TheirStack = place.their_stack("noop-b", PROGRAM)
    theirs.up()
    return compare(
        "no-op up, warm, against one bare `pulumi up` on the S3 backend",
        ours=Contender(lambda: run_ours(ours)),
        theirs=Contender(theirs.up),
        goal=Goal(1.2, is_speed_up=False),
        clock=place.clock,
        pairs=15,
    )


def _automation_side(place: Place) -> AutomationSide:
    directory = place.write_program("noop-automation", PROGRAM)
    sys.path.insert(0, str(directory))
    code = compile(PROGRAM, "program", "exec")

    def program() -> None:
        exec(code, {"__name__": "__main__"})  # noqa: S102

    return AutomationSide(
        cli=place.cli("automation"),
        project=place.project,
        stack="automation",
        config={"probe:world": str(place.world("automation"))},
        secrets_provider=place.secrets_provider("automation"),
        program=program,
        command=automation.PulumiCommand(root=str(_root_of(place.installation.room.engine, place))),
    )


def _root_of(engine: Path, place: Place) -> Path:
    """The Automation API looks for `bin/pulumi` below a root."""
    root = place.directory / "automation-engine"
    (root / "bin").mkdir(parents=True, exist_ok=True)
    link = root / "bin" / "pulumi"
    if not link.exists():
        link.symlink_to(engine)
    return root
