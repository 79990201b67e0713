"""What a person may do by their grants and the limit of their token."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from access_sites import SHOP_DEV, SHOP_PROD, WEB_DEV, Named, authority, grant
from hoist.access.errors import PermissionMissingError
from hoist.access.grants import Grant
from hoist.access.patterns import StackPattern
from hoist.access.permissions import Permission, Role

PARTS = st.sampled_from(["*", "shop", "web", "s*", "*b"])
STACKS = st.builds(StackPattern, PARTS, st.sampled_from(["*", "dev", "prod", "d*"]))
GRANTS = st.builds(Grant, st.sampled_from(Role), STACKS)
NAMES = st.builds(Named, st.sampled_from(["shop", "web", "sb"]), st.sampled_from(["dev", "prod"]))
PERMISSIONS = st.sampled_from(Permission)


def test_a_role_is_good_on_its_stacks_alone() -> None:
    """Grants add up, and none reaches beyond its pattern."""
    ada = authority(grant("operator", "shop/dev"), grant("viewer", "shop/*"))

    assert ada.may(Permission.OPERATE, SHOP_DEV)
    assert ada.may(Permission.READ, SHOP_PROD)
    assert not ada.may(Permission.OPERATE, SHOP_PROD)
    assert not ada.may(Permission.READ, WEB_DEV)


@given(st.lists(GRANTS, max_size=3), GRANTS, PERMISSIONS, NAMES)
def test_a_limit_only_takes_away(
    grants: list[Grant], limit: Grant, permission: Permission, name: Named
) -> None:
    """What is allowed is what both a grant and the limit allow."""
    whole, narrow = authority(*grants), authority(*grants, limit=limit)

    allowed = narrow.may(permission, name)

    assert allowed == (whole.may(permission, name) and limit.allows(permission, name))
    assert not allowed or narrow.may_somewhere(permission)
    assert not narrow.may_everywhere(permission) or allowed


@given(st.lists(GRANTS, max_size=3), GRANTS, PERMISSIONS)
def test_somewhere_is_the_truth(grants: list[Grant], limit: Grant, permission: Permission) -> None:
    """It is allowed somewhere exactly if there is a name on which it is."""
    narrow = authority(*grants, limit=limit)
    projects, stacks = ("shop", "web", "sb", "s", "b", "x"), ("dev", "prod", "d", "x")

    found = any(
        narrow.may(permission, Named(project, stack)) for project in projects for stack in stacks
    )

    assert narrow.may_somewhere(permission) == found


def test_everywhere_needs_a_grant_on_everything() -> None:
    """An administrator of one project administers no installation, nor does a narrowed token."""
    everything = grant("admin")

    assert authority(everything).may_everywhere(Permission.ADMINISTER)
    assert not authority(grant("admin", "shop/*")).may_everywhere(Permission.ADMINISTER)
    for limit in (grant("viewer"), grant("admin", "shop/*")):
        assert not authority(everything, limit=limit).may_everywhere(Permission.ADMINISTER)


def test_nobody_without_a_grant_may_anything() -> None:
    """There is no right that comes by itself."""
    nobody = authority()

    for permission in Permission:
        assert not nobody.may(permission, SHOP_DEV)
        assert not nobody.may_somewhere(permission)
        assert not nobody.may_everywhere(permission)


def test_a_refusal_names_the_permission_the_stack_and_the_roles() -> None:
    """So that one knows what to ask for."""
    viewer = authority(grant("viewer"))

    with pytest.raises(PermissionMissingError) as caught:
        viewer.require(Permission.OPERATE, SHOP_DEV)

    assert caught.value.message == "ada lacks the permission 'operate' on stack 'shop/dev'"
    assert "operator or admin" in caught.value.way_out
    viewer.require(Permission.READ, SHOP_DEV)
    viewer.require_somewhere(Permission.READ)
    with pytest.raises(PermissionMissingError, match="on any stack"):
        viewer.require_somewhere(Permission.APPROVE)
