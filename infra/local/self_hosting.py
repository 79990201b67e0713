"""Hoist's own stack on the local AWS: the program in infra/, deployed by Hoist itself."""

from dataclasses import replace
from pathlib import Path

from local.emulator_bootstrap import ENVIRONMENT
from local.local_state import LocalState
from orchestrator.state.names import StackName
from orchestrator.state.records import ConfigValue, StackRecord

OWN_STACK = StackName("hoist", ENVIRONMENT)


def own_program(repository: Path) -> Path:
    """Where the program of Hoist's own stack is."""
    return repository / "infra"


def prepare_own_stack(state: LocalState) -> StackRecord:
    """Make the record of Hoist's own stack, with the bootstrap's outputs as its config."""
    stacks = state.service.stacks
    if stacks.find(OWN_STACK) is None:
        stacks.create(OWN_STACK, tags={}, secrets=state.data_keys.new)
    known = {key: ConfigValue(value) for key, value in state.bootstrap.as_config().items()}
    return stacks.change(OWN_STACK, lambda stack: replace(stack, config={**stack.config, **known}))
