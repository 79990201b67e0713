"""Runs in which the CLI, its server or both are killed at some moment, and what must hold after.

Everything is drawn from a seed, which the name of a failing test tells.
"""

from collections import Counter
from dataclasses import dataclass
from enum import Enum
from random import Random
from typing import cast

from deployments import TestStack
from engine_children import eventually
from orchestrator.state.checkpoints import State
from serving_cli import UP, LaptopStack, ended
from serving_process import ServingProcess
from world_oracle import assert_world_is_covered

ITEM_COUNT = 12


class Victim(Enum):
    """Who is killed."""

    CLI = "cli"
    SERVER = "server"
    BOTH = "both"


@dataclass(frozen=True, slots=True)
class ServedStack:
    """A stack as the oracle looks at it: what the backend has, and what there is."""

    stack: LaptopStack

    @property
    def state(self) -> State:
        return State(deployment=self.stack.exported())

    @property
    def world(self) -> object:
        return self.stack.world


@dataclass(frozen=True, slots=True)
class Death:
    """Who was killed, and whether in the middle of a run: it may have ended before."""

    victim: Victim
    was_in_the_middle: bool


def run_with_a_death(stack: LaptopStack, server: ServingProcess, seed: int) -> Death:
    """Go up, change everything, and kill somebody in the middle; then go up with nothing done.

    Fails the test if anything was lost or is there twice.
    """
    chance = Random(seed)
    victim = chance.choice(list(Victim))
    stack.cli.write_program(program(chance, generation=1))
    if chance.random() < 0.7:
        stack.cli.up()
        stack.cli.write_program(program(chance, generation=2))
    death = _go_up_and_die(stack, server, victim, moment=chance.randrange(ITEM_COUNT + 4))
    stack.cli.up()
    assert_nothing_lost(stack)
    return death


def assert_nothing_lost(stack: LaptopStack) -> None:
    """Every item of the world is in the state, or in doubt there; nothing is in twice."""
    served = ServedStack(stack)
    assert_world_is_covered(cast(TestStack, served))
    ids = Counter(resource["id"] for resource in served.state.resources if resource.get("id"))
    urns = Counter(
        resource["urn"] for resource in served.state.resources if not resource.get("delete")
    )
    assert max(ids.values()) == max(urns.values()) == 1


def program(chance: Random, *, generation: int) -> str:
    """Items in chains; of one generation to the next, some change, some are replaced, some go."""
    lines = ["import probe", "import pulumi", "items = {}"]
    for number in range(ITEM_COUNT):
        if generation > 1 and chance.random() < 0.2:
            continue
        value = generation if chance.random() < 0.5 else 0
        key = generation if chance.random() < 0.3 else 0
        before = chance.choice(["True", "False"])
        after = f"[items[{number - 3}]] if {number - 3} in items else []"
        lines.append(
            f"items[{number}] = probe.Item('item-{number}', value={value}, replaceKey={key}, "
            f"deleteBeforeReplace={before}, opts=pulumi.ResourceOptions(depends_on={after}))"
        )
    return "\n".join(lines) + "\n"


def _go_up_and_die(
    stack: LaptopStack, server: ServingProcess, victim: Victim, *, moment: int
) -> Death:
    """`moment` counts what was done in the world since the start."""
    done_before = len(stack.world.operations())
    with stack.cli.started(*UP, program=True) as process:
        assert eventually(
            lambda: (
                process.poll() is not None or len(stack.world.operations()) >= done_before + moment
            )
        )
        death = Death(victim, was_in_the_middle=process.poll() is None)
        if victim is not Victim.SERVER:
            process.kill()
        if victim is not Victim.CLI:
            server.kill()
            server.start_again()
        if victim is Victim.SERVER:
            # It goes on where it was, or gives up: some calls are sent only once.
            ended(process)
    return death
