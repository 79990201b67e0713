"""What may be done to stacks, and the roles that bundle it."""

from collections.abc import Mapping
from enum import StrEnum


class Permission(StrEnum):
    """One thing that one may do, or not."""

    READ = "read"
    """See stacks, runs, events, plain config and outputs. Secrets read [secret]."""
    READ_SECRETS = "read_secrets"
    """See secret values in the clear."""
    OPERATE = "operate"
    """Make stacks, set config, upload programs, start, cancel and decide about runs."""
    APPROVE = "approve"
    """Let a run go on that waits for somebody else's word."""
    ADMINISTER = "administer"
    """Delete stacks; see and revoke the tokens of others."""


class Role(StrEnum):
    """What a principal is given."""

    VIEWER = "viewer"
    OPERATOR = "operator"
    APPROVER = "approver"
    ADMIN = "admin"

    @property
    def permissions(self) -> frozenset[Permission]:
        return _PERMISSIONS[self]


_PERMISSIONS: Mapping[Role, frozenset[Permission]] = {
    Role.VIEWER: frozenset({Permission.READ}),
    Role.OPERATOR: frozenset({Permission.READ, Permission.READ_SECRETS, Permission.OPERATE}),
    # Whoever approves what others run has no need to run anything, or to see its secrets.
    Role.APPROVER: frozenset({Permission.READ, Permission.APPROVE}),
    Role.ADMIN: frozenset(Permission),
}


def roles_with(permission: Permission) -> tuple[Role, ...]:
    """The roles that have it."""
    return tuple(role for role in Role if permission in role.permissions)
