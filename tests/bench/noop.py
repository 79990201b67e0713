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
    """Against the Automation API, and against one bare `pulumi up`.

    Stacks on the S3 backend have the passphrase provider unless told otherwise. It derives its key
    in a third of a second, and does so in most of the processes that the Automation API starts.
    """
    return [
        _against_automation(place, "passphrase"),
        _against_automation(place, place.secrets_provider("automation")),
        _against_bare(place),
    ]


def _against_automation(place: Place, secrets_provider: str) -> Row:
    kind = secrets_provider.partition(":")[0]
    ours = place.our_stack(f"noop-{kind}", PROGRAM)
    side = _automation_side(place, kind, secrets_provider)
    return compare(
        f"no-op up, warm, against the Automation API (select, config, up, outputs) with {kind}",
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


def _automation_side(place: Place, name: str, secrets_provider: str) -> AutomationSide:
    directory = place.write_program(f"noop-automation-{name}", PROGRAM)
    sys.path.insert(0, str(directory))
    code = compile(PROGRAM, "program", "exec")

    def program() -> None:
        exec(code, {"__name__": "__main__"})  # noqa: S102

    return AutomationSide(
        cli=place.cli(f"automation-{name}", extra={"PULUMI_CONFIG_PASSPHRASE": "bench"}),
        project=place.project,
        stack=f"automation-{name}",
        config={"probe:world": str(place.world(f"automation-{name}"))},
        secrets_provider=secrets_provider,
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
