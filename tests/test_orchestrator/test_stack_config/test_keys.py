"""Config keys and their namespaces."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestrator.stack_config.keys import ConfigKeyError, full_key


@pytest.mark.parametrize(
    ("key", "full"),
    [
        ("token", "shop:token"),
        ("aws:region", "aws:region"),
        ("aws:config:region", "aws:region"),
        ("tags.owner", "shop:tags.owner"),
    ],
)
def test_a_key_gets_the_projects_namespace(key: str, full: str) -> None:
    """A key without a namespace belongs to the project; one with a namespace stays as it is."""
    assert full_key(key, project="shop") == full


@pytest.mark.parametrize("key", ["", ":", "aws:", ":region", "a:b:c", "a b", "a\n", "x" * 201])
def test_what_is_no_key_is_refused(key: str) -> None:
    """A key that Pulumi would misread or nobody can type is refused by name."""
    with pytest.raises(ConfigKeyError):
        full_key(key, project="shop")


@given(st.text(max_size=30))
def test_a_full_key_is_its_own_full_key(key: str) -> None:
    """Whatever is accepted is a namespace and a name, and stays so."""
    try:
        full = full_key(key, project="shop")
    except ConfigKeyError:
        return

    namespace, name = full.split(":")
    assert namespace
    assert name
    assert full_key(full, project="other") == full
