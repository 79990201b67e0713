"""Names for what the program did not name."""

import re

from hypothesis import given
from hypothesis import strategies as st

from local.provider.naming import NamingRule, is_generated, with_name
from local.provider.provider import NamingMode, NamingWish
from local.provider.values import UNKNOWN, Properties, SecretValue

_RULE = NamingRule(max_length=20)


def _named(
    inputs: Properties,
    *,
    rule: NamingRule = _RULE,
    resource_name: str = "shop",
    old: Properties | None = None,
    wish: NamingWish | None = None,
) -> Properties:
    named, failure = with_name(
        rule,
        inputs,
        resource_name=resource_name,
        old=old or {},
        wish=wish or NamingWish(seed=b"seed"),
    )
    assert failure is None
    return named


@given(st.binary(min_size=1, max_size=32), st.from_regex(r"[a-z]{1,12}", fullmatch=True))
def test_a_generated_name_is_the_resources_and_seven_digits(seed: bytes, name: str) -> None:
    """The engine's seed decides the digits, so that an update does what its plan showed."""
    wish = NamingWish(seed=seed)
    first = _named({}, resource_name=name, wish=wish)
    again = _named({}, resource_name=name, wish=wish)

    assert re.fullmatch(rf"{name}-[0-9a-f]{{7}}", first["name"])
    assert first == again
    assert is_generated(_RULE, first)


@given(st.text(min_size=1) | st.just(UNKNOWN))
def test_a_given_name_is_kept(name: str) -> None:
    """What the program names is not touched, known or not."""
    assert _named({"name": name}) == {"name": name}


@given(st.binary(min_size=1))
def test_a_generated_name_stays(seed: bytes) -> None:
    """Checking again with the old inputs gives the old name, whatever the seed."""
    old = _named({})

    assert _named({}, old=old, wish=NamingWish(seed=seed)) == old


def test_a_name_that_was_given_before_does_not_stay() -> None:
    """A name taken out of the program is not kept as if it had been generated."""
    assert _named({}, old={"name": "mine"})["name"] != "mine"


def test_a_prefix_begins_the_name() -> None:
    """A prefix takes the place of the resource's name, and a new prefix makes a new name."""
    first = _named({"namePrefix": "mine-"})
    second = _named({"namePrefix": "other-"}, old=first)

    assert re.fullmatch(r"mine-[0-9a-f]{7}", first["name"])
    assert second["name"].startswith("other-")


def test_what_depends_on_an_unknown_is_unknown() -> None:
    """Without the prefix, or without what decides the ending, there is no name yet."""
    by_ending = NamingRule(max_length=20, ending=lambda _inputs: UNKNOWN)

    assert _named({"namePrefix": UNKNOWN})["name"] is UNKNOWN
    assert _named({}, rule=by_ending)["name"] is UNKNOWN


def test_a_secret_prefix_can_be_used() -> None:
    """A prefix that is secret makes a name as any other."""
    assert _named({"namePrefix": SecretValue("mine-")})["name"].startswith("mine-")


def test_beginning_ending_and_case_are_the_types() -> None:
    """A type says what its names begin and end with and whether capitals are allowed."""
    rule = NamingRule(
        max_length=40, beginning="alias/", ending=lambda _inputs: ".fifo", lower_case=True
    )

    name = _named({}, rule=rule, resource_name="Shop")["name"]

    assert re.fullmatch(r"alias/shop-[0-9a-f]{7}\.fifo", name)


def test_a_name_that_would_be_too_long_is_refused() -> None:
    """The program has to choose a shorter one."""
    _, failure = with_name(_RULE, {}, resource_name="x" * 20, old={}, wish=NamingWish(seed=b"seed"))

    assert failure is not None
    assert "longer than 20" in failure.reason


def test_the_users_wish_for_names_is_followed() -> None:
    """`pulumi:autonaming` may propose a name, or ask that everything be named."""
    proposed = _named({}, wish=NamingWish(proposed="mine", mode=NamingMode.ENFORCE))
    _, failure = with_name(
        _RULE, {}, resource_name="shop", old={}, wish=NamingWish(mode=NamingMode.DISABLE)
    )

    assert proposed["name"] == "mine"
    assert failure is not None
    assert failure.property == "name"


def test_without_a_seed_two_names_differ() -> None:
    """An engine that gives no seed gets names by chance."""
    assert _named({}, wish=NamingWish())["name"] != _named({}, wish=NamingWish())["name"]
