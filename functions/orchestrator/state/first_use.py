"""Stacks that come into being when they are first used."""

from dataclasses import dataclass

from orchestrator.state.data_keys import DataKeys
from orchestrator.state.errors import StackExistsError, StackNotFoundError
from orchestrator.state.names import StackName
from orchestrator.state.records import StackRecord
from orchestrator.state.stacks import Stacks


@dataclass(frozen=True, slots=True)
class UsedStack:
    """A stack that is there, and whether it was made just now."""

    record: StackRecord
    is_new: bool


def require_used(stacks: Stacks, name: StackName) -> StackRecord:
    """The stack; raises StackNotFoundError, which says how one comes into being."""
    found = stacks.find(name)
    if found is None:
        raise no_such_stack(name)
    return found


def no_such_stack(name: StackName) -> StackNotFoundError:
    """What is said of a stack that is not there, or not for whoever asks."""
    return StackNotFoundError(
        f"there is no stack '{name}'",
        way_out="`hoist up` makes it, `hoist config set` too; --stack names another one",
    )


def find_or_make(stacks: Stacks, name: StackName, *, data_keys: DataKeys) -> UsedStack:
    """The stack, made with a data key of its own if this is its first use."""
    found = stacks.find(name)
    if found is not None:
        return UsedStack(found, is_new=False)
    try:
        return UsedStack(stacks.create(name, tags={}, secrets=data_keys.new), is_new=True)
    except StackExistsError:
        # Somebody else made it meanwhile.
        return UsedStack(stacks.require(name), is_new=False)
