"""URNs in their parts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestrator.state.urn import Urn, is_urn

STACK = Urn("dev", "shop", "pulumi:pulumi:Stack", "shop-dev")
PART = Urn("dev", "shop", "shop:index:Part", "cart")


@given(text=st.text() | st.text().map(lambda tail: f"urn:pulumi:dev::shop::{tail}"))
def test_parsing_and_writing_agree(text: str) -> None:
    """A URN that can be parsed is written as it was; anything else is refused."""
    if is_urn(text):
        assert str(Urn.parse(text)) == text
    else:
        with pytest.raises(ValueError, match="URN"):
            Urn.parse(text)


def test_names_may_contain_the_delimiter() -> None:
    """Only the first three delimiters count; the rest belongs to the name."""
    parsed = Urn.parse("urn:pulumi:dev::shop::a:b:C$d:e:F::one::two")

    assert parsed == Urn("dev", "shop", "a:b:C$d:e:F", "one::two")
    assert parsed.type == "d:e:F"


def test_a_child_has_its_parents_types() -> None:
    """Under a component the type grows; under the stack it is the resource's own."""
    child = PART.under(Urn("dev", "shop", "shop:index:Group", "all"))

    assert child.qualified_type == "shop:index:Group$shop:index:Part"
    assert child.under(STACK) == PART
