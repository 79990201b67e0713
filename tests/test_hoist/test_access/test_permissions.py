"""What each role may do."""

import pytest

from hoist.access.permissions import Permission, Role, roles_with

READ, SECRETS, OPERATE, APPROVE, ADMINISTER = Permission


@pytest.mark.parametrize(
    ("role", "permissions"),
    [
        (Role.VIEWER, {READ}),
        (Role.OPERATOR, {READ, SECRETS, OPERATE}),
        (Role.APPROVER, {READ, APPROVE}),
        (Role.ADMIN, {READ, SECRETS, OPERATE, APPROVE, ADMINISTER}),
    ],
)
def test_roles_are_these(role: Role, permissions: set[Permission]) -> None:
    """A viewer sees no secret, and whoever approves runs nothing."""
    assert role.permissions == permissions


def test_every_permission_comes_with_a_role() -> None:
    """And every role may at least look."""
    assert all(roles_with(permission) for permission in Permission)
    assert set(roles_with(READ)) == set(Role)
