"""The settings that give principals their roles."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from access_sites import grant, role_arn, session_arn, settings_document, user_arn
from hoist.access.errors import AccessSettingsError, PrincipalUnmappedError
from hoist.access.mapping import read_mapping
from hoist.access.principals import caller_of

ADA, BOB = session_arn("deployers", "ada"), session_arn("deployers", "bob")
LINE = {"principal": role_arn("deployers", "team/"), "role": "operator", "stacks": "shop/*"}


def test_all_lines_of_a_principal_count() -> None:
    """And none of anybody else's."""
    mapping = read_mapping(
        settings_document(
            (role_arn("deployers", "team/"), "operator", "shop/*"),
            (user_arn("carol"), "admin", "*/*"),
            (role_arn("deployers"), "viewer", "*/*"),
        )
    )

    standing = mapping.standing_of(caller_of(ADA))

    assert standing.grants == (grant("operator", "shop/*"), grant("viewer"))
    assert mapping.standing_of(caller_of(user_arn("carol"))).grants == (grant("admin"),)


def test_a_session_tells_people_apart_only_where_it_is_fixed() -> None:
    """Elsewhere whoever assumes the role chose its name, and all are one person: the role."""
    fixed = read_mapping(settings_document((role_arn("deployers"), "viewer", "*/*", "fixed")))
    free = read_mapping(settings_document((role_arn("deployers"), "viewer", "*/*", "free")))
    unsaid = read_mapping(settings_document((role_arn("deployers"), "viewer", "*/*")))

    ada, bob = caller_of(ADA), caller_of(BOB)

    assert fixed.standing_of(ada).person == ADA
    assert fixed.standing_of(bob).person == BOB
    for mapping in (free, unsaid):
        assert mapping.standing_of(ada).person == role_arn("deployers")
        assert mapping.standing_of(bob) == mapping.standing_of(ada)


def test_who_is_not_named_has_no_standing() -> None:
    """The error says whom the settings do not name."""
    with pytest.raises(PrincipalUnmappedError, match="role/deployers"):
        read_mapping(settings_document()).standing_of(caller_of(ADA))


def document(**changed: Any) -> str:
    line = {name: value for name, value in {**LINE, **changed}.items() if value is not ...}
    return json.dumps({"schema": 1, "grants": [LINE, line]})


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "not one JSON object"),
        ("[]", "not one JSON object"),
        ('{"schema": 1, "schema": 1, "grants": []}', "not one JSON object"),
        ('{"grants": []}', "'schema'"),
        ('{"schema": 2, "grants": []}', "'schema'"),
        ('{"schema": 1}', "'grants'"),
        ('{"schema": 1, "grants": {}}', "'grants'"),
        ('{"schema": 1, "grants": [], "more": 1}', "not known"),
        (document(principal="*"), "'grants'[1] of the document has a 'principal'"),
        (document(principal=role_arn("a*")), "'principal'"),
        (document(principal=session_arn("a", "bb")), "'principal'"),
        (document(role="root"), "none of viewer, operator, approver, admin"),
        (document(role=...), "'role'"),
        (document(stacks="*"), "'stacks'"),
        (document(stacks=["shop/*"]), "'stacks'"),
        (document(sessionNames="Fixed"), "'sessionNames'"),
        (document(sessionNames="fixed"), "fixed and free"),
        (document(principal=user_arn("a"), sessionNames="fixed"), "only roles have sessions"),
        (document(note="x"), "not known"),
    ],
)
def test_what_is_wrong_is_said(text: str, told: str) -> None:
    """With the line and the field; nothing of such settings is used."""
    with pytest.raises(AccessSettingsError) as caught:
        read_mapping(text)

    assert told in caught.value.message


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=8),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(["schema", "grants", "principal", "role", "stacks"]),
                inner,
                max_size=4,
            )
        ),
        max_leaves=8,
    ).map(json.dumps)
    | st.text(max_size=30)
)
def test_any_document_is_settings_or_refused(text: str) -> None:
    """Nothing else is raised, whatever infra was made to write."""
    try:
        read_mapping(text)
    except AccessSettingsError:
        return
