"""IAM identities: what API Gateway tells of a caller, and what the settings name.

    arn:aws:iam::<account>:user/<path>/<name>                 a user
    arn:aws:sts::<account>:assumed-role/<name>/<session>      a role that somebody has assumed
    arn:aws:iam::<account>:role/<path>/<name>                 that role, as settings name it

Who has assumed a role does not tell the role's path. Names are unique in an account whatever their
path, so account, kind and name are what a principal is.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

from hoist.access.errors import PrincipalRefusedError

_ACCOUNT = r"arn:(?P<partition>aws|aws-cn|aws-us-gov):{service}::(?P<account>[0-9]{{12}}):"
_NAME = r"(?P<name>[A-Za-z0-9_+=,.@-]{1,64})"
_PATH = r"(?:[\x21-\x7e]{1,510}/)?"
_NAMED = re.compile(_ACCOUNT.format(service="iam") + rf"(?P<kind>user|role)/{_PATH}{_NAME}")
_ASSUMED = re.compile(
    _ACCOUNT.format(service="sts")
    + rf"assumed-role/{_NAME}/(?P<session>[A-Za-z0-9_+=,.@-]{{2,64}})"
)


class PrincipalKind(StrEnum):
    """The kinds that may have a role of Hoist."""

    USER = "user"
    ROLE = "role"


@dataclass(frozen=True, slots=True)
class Principal:
    """An IAM user or role."""

    partition: str
    account: str
    kind: PrincipalKind
    name: str

    @property
    def arn(self) -> str:
        """Its ARN without a path."""
        return f"arn:{self.partition}:iam::{self.account}:{self.kind}/{self.name}"

    def in_session(self, session: str) -> str:
        """The ARN of a session of this role."""
        return f"arn:{self.partition}:sts::{self.account}:assumed-role/{self.name}/{session}"


@dataclass(frozen=True, slots=True)
class IamCaller:
    """Who has signed a request."""

    arn: str
    """As IAM told it."""
    principal: Principal
    session: str = ""
    """The name of a role's session: chosen by the caller, unless the role's trust policy fixes
    it. Empty for a user."""


def principal_named(arn: str) -> Principal | None:
    """The user or role of an ARN as settings give it; None if it is of neither."""
    found = _NAMED.fullmatch(arn)
    if found is None:
        return None
    kind = PrincipalKind(found["kind"])
    return Principal(found["partition"], found["account"], kind, found["name"])


def caller_of(user_arn: str) -> IamCaller:
    """The caller by the ARN that API Gateway gives.

    Raises PrincipalRefusedError for an account's root user, federated users, and all else.
    """
    assumed = _ASSUMED.fullmatch(user_arn)
    if assumed is not None:
        role = Principal(
            assumed["partition"], assumed["account"], PrincipalKind.ROLE, assumed["name"]
        )
        return IamCaller(user_arn, role, assumed["session"])
    named = principal_named(user_arn)
    # Nobody signs as a role itself.
    if named is None or named.kind is not PrincipalKind.USER:
        raise PrincipalRefusedError
    return IamCaller(user_arn, named)
