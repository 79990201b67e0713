"""The setting `hoist:access`: which IAM principals have which role of Hoist, and where.

A JSON list of `{"principal", "role", "stacks", "sessionNames"}`, such as
`{"principal": "arn:aws:iam::111122223333:role/deployers", "role": "operator", "stacks": "shop/*"}`.
`stacks` is `*/*` without being said. `sessionNames` is `fixed` where the role's trust policy says
who may have which session name, so that it tells people apart; otherwise it is left out.
"""

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import pulumi

from components.errors import SettingsError

# As layers/shared/python/hoist/access reads them; this program is deployed by older versions of
# Hoist too, so that it brings its own.
SCHEMA = 1
ROLES = ("viewer", "operator", "approver", "admin")
SESSION_NAMES = ("free", "fixed")
ALL_STACKS = "*/*"
_KEYS = frozenset({"principal", "role", "stacks", "sessionNames"})
_PRINCIPAL = re.compile(
    r"arn:(?:aws|aws-cn|aws-us-gov):iam::[0-9]{12}:(user|role)/(?:[\x21-\x7e]{1,510}/)?"
    r"[A-Za-z0-9_+=,.@-]{1,64}"
)
_PART_OF_PATTERN = re.compile(r"[A-Za-z0-9_.*-]{1,100}")
# What fits into an item of DynamoDB, and is read when somebody signs in.
_LONGEST_DOCUMENT = 350_000


@dataclass(frozen=True, slots=True)
class AccessGrant:
    """One principal's role on some stacks."""

    principal: str
    role: str
    stacks: str
    session_names: str

    @property
    def account_and_name(self) -> tuple[str, str]:
        """What a principal is known by: who has assumed a role does not tell the role's path."""
        owner, _, path = self.principal.partition("/")
        return owner, path.rpartition("/")[2]


def read_access(config: pulumi.Config) -> Sequence[AccessGrant]:
    """The setting, checked; without it, nobody has a role. Raises SettingsError."""
    text = config.get("access")
    if not text:
        return ()
    try:
        given = json.loads(text)
    except (ValueError, RecursionError):
        raise SettingsError(f"hoist:access is not JSON; {_SEE}") from None
    if not isinstance(given, list):
        raise SettingsError(f"hoist:access is not a JSON list; {_SEE}")
    grants = tuple(_grant(each, position) for position, each in enumerate(given))
    _refuse_contradictions(grants)
    if len(access_document(grants)) > _LONGEST_DOCUMENT:
        raise SettingsError(f"hoist:access is too long: {len(grants)} grants; {_SEE}")
    return grants


def access_document(grants: Iterable[AccessGrant]) -> str:
    """The document in the access table, which the api reads when somebody signs in."""
    lines = [
        {
            "principal": grant.principal,
            "role": grant.role,
            "stacks": grant.stacks,
            "sessionNames": grant.session_names,
        }
        for grant in grants
    ]
    return json.dumps({"schema": SCHEMA, "grants": lines}, separators=(",", ":"))


def _grant(given: Any, position: int) -> AccessGrant:
    if not isinstance(given, dict):
        raise _refused(position, "is not an object")
    if unknown := sorted(given.keys() - _KEYS):
        raise _refused(position, f"has no {', '.join(unknown)}")
    grant = AccessGrant(
        principal=_text(given, "principal", position),
        role=_text(given, "role", position),
        stacks=_text(given, "stacks", position, default=ALL_STACKS),
        session_names=_text(given, "sessionNames", position, default=SESSION_NAMES[0]),
    )
    _check(grant, position)
    return grant


def _text(given: dict[str, Any], key: str, position: int, *, default: str = "") -> str:
    value = given.get(key, default)
    if not isinstance(value, str) or not value:
        raise _refused(position, f"needs the text `{key}`")
    return value


def _check(grant: AccessGrant, position: int) -> None:
    principal = _PRINCIPAL.fullmatch(grant.principal)
    if principal is None:
        raise _refused(position, "has a `principal` that is no ARN of an IAM user or role")
    if grant.role not in ROLES:
        raise _refused(position, f"has a `role` that is none of {', '.join(ROLES)}")
    if not _is_pattern(grant.stacks):
        raise _refused(position, "has `stacks` that are no pattern such as shop/*")
    if grant.session_names not in SESSION_NAMES:
        raise _refused(position, "has `sessionNames` that are neither fixed nor free")
    if grant.session_names == "fixed" and principal[1] != "role":
        raise _refused(position, "has fixed `sessionNames`, but only roles have sessions")


def _is_pattern(stacks: str) -> bool:
    project, _, stack = stacks.partition("/")
    return all(_PART_OF_PATTERN.fullmatch(part) and "**" not in part for part in (project, stack))


def _refuse_contradictions(grants: Iterable[AccessGrant]) -> None:
    said: dict[tuple[str, str], str] = {}
    for grant in grants:
        if said.setdefault(grant.account_and_name, grant.session_names) != grant.session_names:
            raise SettingsError(
                f"hoist:access calls the session names of {grant.principal} fixed and free; {_SEE}"
            )


_SEE = "see infra/components/access_settings.py"


def _refused(position: int, reason: str) -> SettingsError:
    return SettingsError(f"hoist:access[{position}] {reason}; {_SEE}")
