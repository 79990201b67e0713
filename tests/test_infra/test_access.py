"""Who may do what: the setting, and what the api will read of it."""

import json
from contextlib import suppress
from typing import Any

import pulumi
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from components.access_settings import ROLES, access_document, read_access
from components.errors import SettingsError
from hoist.access.dynamodb import FORMAT, SETTINGS
from hoist.access.errors import AccessSettingsError
from hoist.access.mapping import read_mapping
from hoist.access.permissions import Role
from hoist.access.principals import principal_named
from hoist_program import installation
from recorded_program import Recording

ROLE_ARN = "arn:aws:iam::111122223333:role/teams/deployers"
USER_ARN = "arn:aws:iam::111122223333:user/ana"
ITEM = "aws:dynamodb/tableItem:TableItem"


def written(recording: Recording) -> dict[str, Any]:
    """The item of the settings."""
    found: dict[str, Any] = json.loads(recording.of_type(ITEM)["access-settings"].inputs["item"])
    return found


def granted(**changes: object) -> str:
    """The setting with one grant."""
    return json.dumps([{"principal": ROLE_ARN, "role": "operator", **changes}])


def test_the_api_reads_what_is_written() -> None:
    """The settings are an item of the access table, where the api looks, in the form it knows."""
    fixed = {"principal": ROLE_ARN, "role": "operator", "stacks": "shop/*", "sessionNames": "fixed"}
    admin = {"principal": USER_ARN, "role": "admin"}
    recording = installation("dev", access=json.dumps([fixed, admin]))
    item = written(recording)
    mapping = read_mapping(item["document"]["S"])

    assert recording.of_type(ITEM)["access-settings"].inputs["tableName"] == "hoist-dev-access"
    assert item["pk"] == item["sk"] == {"S": SETTINGS}
    assert item["format"] == {"N": str(FORMAT)}
    assert [
        (each.principal, each.grant.role, str(each.grant.stacks), str(each.session_names))
        for each in mapping.lines
    ] == [
        (principal_named(ROLE_ARN), Role.OPERATOR, "shop/*", "fixed"),
        (principal_named(USER_ARN), Role.ADMIN, "*/*", "free"),
    ]


def test_without_the_setting_nobody_has_a_role(dev: Recording) -> None:
    """The item is there, and names nobody."""
    assert read_mapping(written(dev)["document"]["S"]).lines == ()


def test_the_roles_are_those_that_the_api_knows() -> None:
    """Settings and api have the same roles."""
    assert set(ROLES) == set(Role)


@pytest.mark.parametrize(
    ("setting", "reason"),
    [
        ("{", "hoist:access is not JSON"),
        ("{}", "hoist:access is not a JSON list"),
        ('["admin"]', r"hoist:access\[0\] is not an object"),
        (granted(principals=[]), r"hoist:access\[0\] has no principals"),
        (granted(principal=""), r"hoist:access\[0\] needs the text `principal`"),
        (granted(principal="deployers"), "`principal` that is no ARN of an IAM user or role"),
        (granted(principal="arn:aws:iam::111122223333:root"), "no ARN of an IAM user or role"),
        (granted(principal=f"{ROLE_ARN}*"), "no ARN of an IAM user or role"),
        (granted(role="owner"), "none of viewer, operator, approver, admin"),
        (granted(role=None), "needs the text `role`"),
        (granted(stacks="shop"), "no pattern such as shop/"),
        (granted(stacks="shop/**"), "no pattern such as shop/"),
        (granted(sessionNames="some"), "neither fixed nor free"),
        (granted(principal=USER_ARN, sessionNames="fixed"), "only roles have sessions"),
        (
            json.dumps(json.loads(granted()) + json.loads(granted(sessionNames="fixed"))),
            "session names of .*deployers fixed and free",
        ),
        (json.dumps(json.loads(granted()) * 4000), "too long: 4000 grants"),
    ],
)
def test_the_setting_is_checked(setting: str, reason: str) -> None:
    """A wrong grant is refused by its place and its part, before anything is made."""
    with pytest.raises(SettingsError, match=reason):
        installation("dev", access=setting)


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=6,
)
_ARNS = st.sampled_from([ROLE_ARN, USER_ARN, ROLE_ARN.replace("teams/", "")]) | st.from_regex(
    r"arn:aws:iam::[0-9]{12}:(role|user)/[!-~]{1,20}", fullmatch=True
)
_GRANTS = st.fixed_dictionaries(
    {"principal": _ARNS | _JSON, "role": st.sampled_from(ROLES) | _JSON},
    optional={
        "stacks": st.from_regex(r"[a-z*.\n]{1,5}/[a-z*]{1,5}") | _JSON,
        # An empty one is none to the api, and refused here: somebody meant to say something.
        "sessionNames": st.sampled_from(["fixed", "free"])
        | _JSON.filter(lambda value: value not in (None, "")),
    },
)


@given(st.text() | st.builds(json.dumps, _JSON | st.lists(_GRANTS, max_size=4)))
@example("[" * 100_000)
@example(granted(stacks="shop/*\n"))
@example(granted(principal=f"{ROLE_ARN}\n"))
def test_what_the_settings_take_the_api_takes(text: str) -> None:
    """Whatever the setting holds, it is refused, or read by the api as it was meant."""
    config = pulumi.Config("fuzz")
    pulumi.runtime.set_config("fuzz:access", text)
    with suppress(SettingsError):
        grants = read_access(config)
        lines = read_mapping(access_document(grants)).lines
        assert [(each.grant.role, str(each.grant.stacks)) for each in lines] == [
            (each.role, each.stacks) for each in grants
        ]


@given(st.lists(_GRANTS, max_size=3))
def test_what_the_settings_refuse_the_api_refuses(grants: list[dict[str, Any]]) -> None:
    """The check before a deployment is no stricter than the one at sign-in."""
    config = pulumi.Config("fuzz")
    pulumi.runtime.set_config("fuzz:access", json.dumps(grants))
    said_in_full = [{"stacks": "*/*", "sessionNames": "free", **grant} for grant in grants]
    document = json.dumps({"schema": 1, "grants": said_in_full})
    try:
        read_access(config)
    except SettingsError:
        with pytest.raises(AccessSettingsError):
            read_mapping(document)
