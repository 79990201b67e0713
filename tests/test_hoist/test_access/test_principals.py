"""Who signed a request, by the ARN that API Gateway tells."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from access_sites import ACCOUNT, role_arn, session_arn, user_arn
from hoist.access.errors import PrincipalRefusedError
from hoist.access.principals import caller_of, principal_named


def test_a_session_of_a_role_is_the_role() -> None:
    """Whatever path the role has, which its sessions do not tell."""
    caller = caller_of(session_arn("deployers", "ada@example.com"))

    assert caller.principal == principal_named(role_arn("deployers"))
    assert caller.principal == principal_named(role_arn("deployers", "team/of/many/"))
    assert caller.principal.arn == role_arn("deployers")
    assert caller.session == "ada@example.com"


def test_a_user_is_a_user() -> None:
    """By the name, which is the only one of its kind in the account."""
    caller = caller_of(user_arn("people/ada"))

    assert caller.principal == principal_named(user_arn("ada"))
    assert (caller.principal.arn, caller.session) == (user_arn("ada"), "")


@pytest.mark.parametrize(
    "other",
    [
        role_arn("Deployers"),
        role_arn("deployers2"),
        user_arn("deployers"),
        role_arn("deployers").replace(ACCOUNT, "999999999999"),
        role_arn("deployers").replace("aws", "aws-cn"),
    ],
)
def test_others_are_others(other: str) -> None:
    """Of another name, kind, account or partition."""
    assert principal_named(other) is not None
    assert caller_of(session_arn("deployers", "ada")).principal != principal_named(other)


@pytest.mark.parametrize(
    "arn",
    [
        f"arn:aws:iam::{ACCOUNT}:root",
        f"arn:aws:sts::{ACCOUNT}:federated-user/ada",
        f"arn:aws:sts::{ACCOUNT}:assumed-role/deployers",
        f"arn:aws:sts::{ACCOUNT}:assumed-role/a/b/c",
        f"arn:aws:iam::{ACCOUNT}:assumed-role/deployers/ada",
        f"arn:aws:sts::{ACCOUNT}:user/ada",
        role_arn("deployers"),
        f"arn:aws:iam::{ACCOUNT}:group/ada",
        "arn:aws:iam::aws:user/ada",
        "arn:aws:iam::1:user/ada",
        f"arn:evil:iam::{ACCOUNT}:user/ada",
        f" {user_arn('ada')}",
        f"{user_arn('ada')}\n",
        "",
        "ada",
    ],
)
def test_all_else_is_refused(arn: str) -> None:
    """Neither root nor the federated get in, nor what no gateway tells."""
    with pytest.raises(PrincipalRefusedError):
        caller_of(arn)


@given(st.text() | st.text("arn:awsimst0123456789userole/*- ", max_size=80))
def test_any_text_is_a_caller_or_refused(text: str) -> None:
    """Nothing else is raised; what is taken is told as it came."""
    try:
        assert caller_of(text).arn == text
    except PrincipalRefusedError:
        return
