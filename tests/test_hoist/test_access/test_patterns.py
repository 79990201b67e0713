"""Which stacks a pattern means."""

from fnmatch import fnmatchcase
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from access_sites import Named
from hoist.access.errors import StackPatternError
from hoist.access.patterns import StackPattern, _matches, _overlap

PARTS = st.text("ab.-_*", min_size=1, max_size=8).filter(lambda part: "**" not in part)
NAMES = st.text("ab.-_", min_size=1, max_size=8)
SHORT = st.text("ab*", min_size=1, max_size=4).filter(lambda part: "**" not in part)


@pytest.mark.parametrize(
    ("pattern", "inside", "outside"),
    [
        ("*/*", ["shop/dev", "a/b"], []),
        ("shop/*", ["shop/dev", "shop/prod"], ["shop2/dev", "Shop/dev", "web/shop"]),
        ("*/dev", ["shop/dev"], ["shop/dev2", "shop/prod"]),
        ("shop/dev", ["shop/dev"], ["shop/de", "shop/dev2"]),
        ("team-*-x/pr-*", ["team-a-x/pr-1", "team--x/pr-"], ["team-x/pr-1", "team-a-x/pr"]),
        ("a*a/*", ["aa/x", "aba/x"], ["a/x"]),
        ("a.b/*", ["a.b/x"], ["a-b/x"]),
    ],
)
def test_what_is_meant(pattern: str, inside: list[str], outside: list[str]) -> None:
    """A star stands for any characters within its part, and everything else for itself."""
    parsed = StackPattern.parse(pattern)

    assert [name for name in inside + outside if parsed.matches(Named(*name.split("/")))] == inside
    assert str(parsed) == pattern
    assert parsed.is_everything == (pattern == "*/*")


@pytest.mark.parametrize(
    "text",
    [
        *("", "*", "shop", "/", "shop/", "/dev", "a/b/c", "**/dev", "shop/**", "shop/d e"),
        *("shop/[dD]ev", "shop/dev?", "shop/(a|b)", "shöp/dev", "shop/dev\n", "a" * 101 + "/b"),
    ],
)
def test_what_is_no_pattern(text: str) -> None:
    """It is refused with an example, and neither guessed nor widened."""
    with pytest.raises(StackPatternError) as caught:
        StackPattern.parse(text)

    assert "shop/*" in caught.value.way_out


@given(st.text(max_size=250))
def test_any_text_is_a_pattern_or_refused(text: str) -> None:
    """Whatever comes, nothing else is raised; what is taken reads back as it was."""
    try:
        assert str(StackPattern.parse(text)) == text
    except StackPatternError:
        return


@given(PARTS, NAMES)
def test_a_star_is_a_star(pattern: str, name: str) -> None:
    """It means what it means to a shell."""
    assert _matches(pattern, name) == fnmatchcase(name, pattern)


@given(PARTS, st.data())
def test_what_a_pattern_is_filled_with_matches(pattern: str, data: st.DataObject) -> None:
    """Whatever stands for its stars."""
    pieces = pattern.split("*")
    fillings = [data.draw(st.text("ab.-_", max_size=5)) for _ in pieces[1:]]

    name = pieces[0] + "".join(
        filling + piece for filling, piece in zip(fillings, pieces[1:], strict=True)
    )

    assert _matches(pattern, name)


@given(SHORT, SHORT)
def test_two_patterns_overlap_if_a_name_fits_both(one: str, other: str) -> None:
    """As trying all short names finds out."""
    # With the stars of both filled from the letters of the other, no longer name is needed.
    names = ("".join(letters) for size in range(1, 9) for letters in product("ab", repeat=size))

    found = any(_matches(one, name) and _matches(other, name) for name in names)

    assert _overlap(one, other) == _overlap(other, one) == found


def test_overlap_is_of_both_parts() -> None:
    """Patterns whose projects agree and whose stacks do not have no stack in common."""
    shop = StackPattern.parse("shop/*")

    assert shop.overlaps(StackPattern.parse("*/dev"))
    assert not shop.overlaps(StackPattern.parse("web/*"))
    assert not StackPattern.parse("*/dev").overlaps(StackPattern.parse("shop/prod"))


def test_long_patterns_take_no_time() -> None:
    """Neither many stars nor long names make a search explode."""
    stars = "*".join("a" * 50)

    assert not _matches(stars, "a" * 49 + "b" * 51)
    assert not _overlap(stars + "b", stars + "c")
