"""Nested properties by their names in Pulumi and in AWS."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from local.provider.aws.fields import Field, from_aws, stray_names, to_aws, without_nulls

_FIELDS = (
    Field("days", "Days"),
    Field("filter", "Filter", (Field("prefix", "Prefix"), Field("tags", "Tags"))),
)
_FILTERS = st.fixed_dictionaries({}, optional={"prefix": st.text(), "tags": st.lists(st.text())})
_RULES = st.lists(
    st.fixed_dictionaries({}, optional={"days": st.integers(), "filter": _FILTERS}), max_size=3
)


@given(_RULES)
def test_names_go_both_ways(rules: list[Any]) -> None:
    """What is said to AWS in its words comes back in ours."""
    assert from_aws(_FIELDS, to_aws(_FIELDS, rules)) == rules
    assert list(stray_names(_FIELDS, rules, "rules")) == []


def test_what_is_not_named_is_found() -> None:
    """A field that would be lost on the way is told, with its path."""
    rules = [{"days": 1, "filter": {"prefix": "a", "size": 3}}, {"date": "x"}]

    assert list(stray_names(_FIELDS, rules, "rules")) == ["rules[0].filter.size", "rules[1].date"]


def test_nulls_are_absent() -> None:
    """A null says nothing, however deep it is."""
    assert without_nulls([{"a": None, "b": {"c": None}}]) == [{"b": {}}]
    assert to_aws(_FIELDS, {"days": None}) == {}
    assert from_aws(_FIELDS, {"Days": None, "Other": 1}) == {}
