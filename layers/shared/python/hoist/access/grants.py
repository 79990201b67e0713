"""Grants, and what the bearer of a token may do by them."""

from dataclasses import dataclass, field
from datetime import datetime

from hoist.access.errors import PermissionMissingError
from hoist.access.patterns import NamedStack, StackPattern
from hoist.access.permissions import Permission, Role, roles_with


@dataclass(frozen=True, slots=True)
class Grant:
    """A role on some stacks."""

    role: Role
    stacks: StackPattern = field(default_factory=StackPattern)

    def __str__(self) -> str:
        return f"{self.role} on {self.stacks}"

    def has(self, permission: Permission) -> bool:
        """Whether it allows this on its stacks."""
        return permission in self.role.permissions

    def allows(self, permission: Permission, name: NamedStack) -> bool:
        """Whether it allows this on this stack."""
        return self.has(permission) and self.stacks.matches(name)

    def allows_everywhere(self, permission: Permission) -> bool:
        """Whether it allows this on all stacks, also those that are yet to be made."""
        return self.has(permission) and self.stacks.is_everything


NO_LIMIT = Grant(Role.ADMIN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Authority:
    """A person by one of their tokens: only what both a grant and the token's limit allow."""

    person: str
    """The ARN by which people are told apart; see `principals`."""
    principal: str
    """The ARN that IAM gave when the token was issued, with the session's name."""
    token_id: str
    expires_at: datetime
    grants: tuple[Grant, ...]
    limit: Grant = NO_LIMIT
    """What the token was narrowed to when it was issued."""

    def may(self, permission: Permission, name: NamedStack) -> bool:
        """Whether it is allowed on this stack, which need not exist."""
        return self.limit.allows(permission, name) and any(
            grant.allows(permission, name) for grant in self.grants
        )

    def may_somewhere(self, permission: Permission) -> bool:
        """Whether there can be a stack on which it is allowed."""
        return self.limit.has(permission) and any(
            grant.has(permission) and grant.stacks.overlaps(self.limit.stacks)
            for grant in self.grants
        )

    def may_everywhere(self, permission: Permission) -> bool:
        """Whether it is allowed on all stacks."""
        return self.limit.allows_everywhere(permission) and any(
            grant.allows_everywhere(permission) for grant in self.grants
        )

    def require(self, permission: Permission, name: NamedStack) -> None:
        """Raises PermissionMissingError."""
        if not self.may(permission, name):
            raise self._missing(permission, f"on stack '{name.project}/{name.stack}'")

    def require_somewhere(self, permission: Permission) -> None:
        """Raises PermissionMissingError."""
        if not self.may_somewhere(permission):
            raise self._missing(permission, "on any stack")

    def _missing(self, permission: Permission, where: str) -> PermissionMissingError:
        roles = " or ".join(roles_with(permission))
        return PermissionMissingError(
            f"{self.person} lacks the permission '{permission}' {where}",
            way_out=f"it comes with the role {roles}; `hoist whoami` shows the roles that this"
            " token has",
        )
