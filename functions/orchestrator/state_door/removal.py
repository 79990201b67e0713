"""Deleting a stack for a Pulumi client: not while runs wait for it, as everywhere in the API."""

from dataclasses import dataclass

from hoist.access.grants import Authority
from orchestrator.estate import Estate
from orchestrator.stack_life.removal import StackRemoval
from orchestrator.state.names import StackName


@dataclass(frozen=True, slots=True)
class RemovalByCaller:
    """Implements the protocol's StackRemover."""

    estate: Estate
    caller: Authority

    def delete(self, name: StackName, *, force: bool) -> None:
        """As StackRemoval.delete promises; a missing stack is told in Pulumi's words."""
        estate = self.estate
        estate.stacks.require(name)
        removal = StackRemoval(estate.stacks, estate.runs, estate.queues)
        removal.delete(name, force=force, who=self.caller.person)
