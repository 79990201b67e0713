"""Who calls: the bearer of a token, or of an update's lease, who may go on with that update."""

from dataclasses import dataclass

from hoist.access.errors import TokenMissingError
from hoist.access.grants import Authority
from hoist.access.permissions import Permission
from hoist.secret import Secret
from orchestrator.state.names import StackName
from orchestrator.state.protocol.access import AccessDeniedError


@dataclass(frozen=True, slots=True)
class TokenAccess:
    """Implements the protocol's Access: whom the door has let in, within what their roles allow."""

    caller: Authority

    def check_token(self, token: Secret) -> None:
        """The door has looked it up already: it is how it knows the caller."""

    def check_write(self, name: StackName) -> None:
        self.caller.require(Permission.OPERATE, name)

    def may_read_state(self, name: StackName) -> bool:
        if not self.caller.may(Permission.READ, name):
            raise AccessDeniedError(f"{self.caller.person} may not read stack '{name}'")
        return True


class LeaseAccess:
    """Implements Access for a request with a lease: good for its own update, and nothing else."""

    def check_token(self, token: Secret) -> None:
        raise TokenMissingError

    def check_write(self, name: StackName) -> None:
        raise TokenMissingError

    def may_read_state(self, name: StackName) -> bool:
        raise TokenMissingError
