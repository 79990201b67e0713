"""No-op `up`: what every other deployment is."""

import sys
from pathlib import Path

from pulumi import automation

from bench.pairs import Contender, Goal, Row, compare
from bench.place import Place
from bench.sides import AutomationSide, TheirStack, run_ours

# What counts here is start-up: once with a provider's, once without.
START_UP_ALONE = """
import pulumi

for number in range(5):
    pulumi.ComponentResource("bench:index:Component", f"component-{number}")
pulumi.export("answer", 42)
"""
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
    awskms = place.secrets_provider("automation")
    return [
        _against_automation(place, "components, passphrase", START_UP_ALONE, "passphrase"),
        _against_automation(place, "a provider, passphrase", PROGRAM, "passphrase"),
        _against_automation(place, "a provider, awskms", PROGRAM, awskms),
        _against_bare(place),
    ]


def _against_automation(place: Place, what: str, program: str, secrets_provider: str) -> Row:
    name = f"automation-{place.fresh_name()}"
    ours = place.our_stack(name, program)
    side = automation_side(place, name, program, secrets_provider)
    return compare(
        f"no-op up / Automation API: {what}",
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
        "no-op up / bare `pulumi up` on S3",
        ours=Contender(lambda: run_ours(ours)),
        theirs=Contender(theirs.up),
        goal=Goal(1.2, is_speed_up=False),
        clock=place.clock,
        pairs=15,
    )


def automation_side(
    place: Place, name: str, program_text: str, secrets_provider: str
) -> AutomationSide:
    directory = place.write_program(name, program_text)
    sys.path.insert(0, str(directory))
    code = compile(program_text, "program", "exec")

    def program() -> None:
        exec(code, {"__name__": "__main__"})  # noqa: S102

    return AutomationSide(
        cli=place.cli(name, extra={"PULUMI_CONFIG_PASSPHRASE": "bench"}),
        project=place.project,
        stack=name,
        config={"probe:world": str(place.world(name))},
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
