"""Who may call what. The loopback service knows one token, good for one stack."""

import hmac
from dataclasses import dataclass, field
from typing import Protocol

from hoist.errors import HoistError
from hoist.secret import Secret
from orchestrator.state.names import StackName


class UnauthenticatedError(HoistError):
    """The call bears no token that is known here."""

    code = "unauthenticated"


class AccessDeniedError(HoistError):
    """The token is known, but not good for this."""

    code = "access_denied"


class Access(Protocol):
    """Decides on a call; raises UnauthenticatedError or AccessDeniedError."""

    def check_token(self, token: Secret) -> None:
        """Is this an access token of ours?"""
        ...

    def check_write(self, name: StackName) -> None:
        """May the caller change this stack?"""
        ...

    def may_read_state(self, name: StackName) -> bool:
        """True: the whole state. False: its outputs only. Raises if not even those."""
        ...


def require_whole_state(access: Access, name: StackName) -> None:
    """Raises AccessDeniedError for who may not read the stack, or its outputs only."""
    if not access.may_read_state(name):
        raise AccessDeniedError(f"of stack '{name}', only the outputs may be read")


@dataclass(frozen=True, slots=True)
class SingleStackAccess:
    """One run's access: its own stack, and the outputs of the stacks that it may refer to."""

    token: Secret
    stack: StackName
    referable: frozenset[StackName] = field(default_factory=frozenset)

    def check_token(self, token: Secret) -> None:
        if not hmac.compare_digest(self.token.reveal().encode(), token.reveal().encode()):
            raise UnauthenticatedError("this access token is not known here")

    def check_write(self, name: StackName) -> None:
        if name != self.stack:
            raise AccessDeniedError(f"this run may change stack '{self.stack}', not '{name}'")

    def may_read_state(self, name: StackName) -> bool:
        if name == self.stack:
            return True
        if name not in self.referable:
            raise AccessDeniedError(
                f"this run may not read stack '{name}'",
                way_out=f"allow stack '{self.stack}' to refer to it",
            )
        return False
