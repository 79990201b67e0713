"""What a route needs of its caller. Each route names one of these; `gate` has it checked.

OnStack         a permission on the path's stack; one that may not be read is not there
OnWantedStack   a permission on a stack that the route makes if need be
Somewhere       a permission on any stack
Everywhere      a permission on all stacks
WithToken       a token of whatever kind
WithIam         an IAM identity, in place of a token
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from hoist.access.errors import (
    IamIdentityMissingError,
    PermissionMissingError,
)
from hoist.access.permissions import Permission, roles_with
from hoist.errors import HoistError
from orchestrator.http_api.callers import authority, iam_identity
from orchestrator.http_api.errors import RouteNotFoundError
from orchestrator.state.errors import StackNotFoundError
from orchestrator.state.first_use import no_such_stack
from orchestrator.state.names import StackName

Arguments = Mapping[str, Any]
"""What the handler is about to be called with."""


class Need(Protocol):
    """Something that a caller must have."""

    @property
    def told(self) -> str:
        """As a sentence of the API's description."""
        ...

    @property
    def refusals(self) -> tuple[type[HoistError], ...]:
        """What `check` raises, besides what is wrong with a name or a token."""
        ...

    def check(self, arguments: Arguments) -> None:
        """Return if the present caller has it."""
        ...


@dataclass(frozen=True, slots=True)
class OnStack:
    """A permission on the stack of the path.

    Who may not even read it hears what they would hear if it did not exist.
    """

    permission: Permission
    secrets_by: str = ""
    """The parameter by which secret values are asked for, which takes one more permission."""

    @property
    def told(self) -> str:
        more = f", and `{Permission.READ_SECRETS}` for secret values" if self.secrets_by else ""
        return f"Needs `{self.permission}` on the stack{more}."

    @property
    def refusals(self) -> tuple[type[HoistError], ...]:
        return (PermissionMissingError, StackNotFoundError)

    def check(self, arguments: Arguments) -> None:
        name, caller = StackName(arguments["project"], arguments["stack"]), authority()
        if not caller.may(Permission.READ, name):
            raise no_such_stack(name)
        caller.require(self.permission, name)
        if self.asks_for_secrets(arguments):
            caller.require(Permission.READ_SECRETS, name)

    def asks_for_secrets(self, arguments: Arguments) -> bool:
        return bool(self.secrets_by and arguments.get(self.secrets_by))


@dataclass(frozen=True, slots=True)
class OnWantedStack:
    """A permission on a stack of the path or the body, which the route may make.

    Who lacks it hears so, whether the stack exists or not.
    """

    permission: Permission

    @property
    def told(self) -> str:
        return f"Needs `{self.permission}` on the stack, which need not exist."

    @property
    def refusals(self) -> tuple[type[HoistError], ...]:
        return (PermissionMissingError,)

    def check(self, arguments: Arguments) -> None:
        name = stack_named_in(arguments)
        if name is None:
            # No such route is in the table; were one, it would let nobody in.
            raise RouteNotFoundError
        authority().require(self.permission, name)


@dataclass(frozen=True, slots=True)
class Somewhere:
    """A permission on any stack: the answer is about none, or only about those of the caller."""

    permission: Permission

    @property
    def told(self) -> str:
        return f"Needs `{self.permission}` on any stack."

    @property
    def refusals(self) -> tuple[type[HoistError], ...]:
        return (PermissionMissingError,)

    def check(self, arguments: Arguments) -> None:
        authority().require_somewhere(self.permission)


@dataclass(frozen=True, slots=True)
class Everywhere:
    """A permission on all stacks, also those that are no more: the answer is about any of them."""

    permission: Permission

    @property
    def told(self) -> str:
        return f"Needs `{self.permission}` on all stacks."

    @property
    def refusals(self) -> tuple[type[HoistError], ...]:
        return (PermissionMissingError,)

    def check(self, arguments: Arguments) -> None:
        caller = authority()
        if not caller.may_everywhere(self.permission):
            roles = " or ".join(roles_with(self.permission))
            raise PermissionMissingError(
                f"{caller.person} lacks the permission '{self.permission}' on all stacks",
                way_out=f"it comes with the role {roles} on */*; `hoist whoami` shows the roles"
                " that this token has",
            )


@dataclass(frozen=True, slots=True)
class WithToken:
    """A token, whatever it is good for."""

    told: str = "Needs a token."
    refusals: tuple[type[HoistError], ...] = ()

    def check(self, arguments: Arguments) -> None:
        authority()


@dataclass(frozen=True, slots=True)
class WithIam:
    """A signature by an IAM identity."""

    told: str = "Needs a request that is signed by an IAM user or role (Signature Version 4)."
    refusals: tuple[type[HoistError], ...] = (IamIdentityMissingError,)

    def check(self, arguments: Arguments) -> None:
        iam_identity()


def stack_named_in(arguments: Arguments) -> StackName | None:
    """The stack of the path or the body; None if neither names one. Raises BadRequestError."""
    if "project" in arguments:
        return StackName(arguments["project"], arguments["stack"])
    body: Any = arguments.get("body")
    return StackName(body.project, body.stack) if hasattr(body, "project") else None
