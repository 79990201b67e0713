"""Names of stacks, and the keys that follow from them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestrator.state.errors import BadRequestError
from orchestrator.state.names import StackName, conflict_key, update_record_key
from orchestrator.state.stores.keys import check_object_key, check_record_key

NAMES = st.from_regex(r"[A-Za-z0-9_.-]{1,100}", fullmatch=True).filter(
    lambda name: name not in {".", ".."}
)


def test_keys() -> None:
    """Each thing lies where Pulumi's S3 backend, or the service, looks for it."""
    name = StackName("shop", "dev")

    assert str(name) == "shop/dev"
    assert name.qualified == "organization/shop/dev"
    assert name.checkpoint_keys == (
        ".pulumi/stacks/shop/dev.json",
        ".pulumi/stacks/shop/dev.json.gz",
        ".pulumi/stacks/shop/dev.json.zst",
    )
    assert name.lock_key("upd-1") == ".pulumi/locks/organization/shop/dev/upd-1.json"
    assert conflict_key(name, "upd-1") == ".hoist/conflicts/organization/shop/dev/upd-1.json"
    assert name.record_key.partition == "stacks#shop"
    assert update_record_key("stk-1", "upd-1").partition == "updates#stk-1"


@pytest.mark.parametrize(
    "name", ["", ".", "..", "a/b", "a b", "a\n", "é", "a\x00", "x" * 101, "a:b", "a%2f", "\ud800"]
)
def test_refused(name: str) -> None:
    """What Pulumi would not take, or what would leave its folder, is no name."""
    with pytest.raises(BadRequestError, match="is no project name"):
        StackName(name, "dev")
    with pytest.raises(BadRequestError, match="is no stack name"):
        StackName("shop", name)


@given(project=NAMES, stack=NAMES)
def test_every_name_can_be_stored(project: str, stack: str) -> None:
    """Every accepted name gives keys that every store takes."""
    name = StackName(project, stack)

    check_record_key(name.record_key)
    for key in (*name.checkpoint_keys, name.lock_key("upd-1"), conflict_key(name, "upd-1")):
        check_object_key(key)


@given(one=st.tuples(NAMES, NAMES), other=st.tuples(NAMES, NAMES))
def test_keys_are_unique(one: tuple[str, str], other: tuple[str, str]) -> None:
    """Two stacks share no key."""
    first, second = StackName(*one), StackName(*other)
    if first != second:
        assert set(first.checkpoint_keys).isdisjoint(second.checkpoint_keys)
        assert not second.lock_key("x").startswith(first.lock_prefix)
