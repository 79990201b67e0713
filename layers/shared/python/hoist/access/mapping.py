"""The access settings: which IAM principals have which role, on which stacks.

    {"schema": 1, "grants": [
      {"principal": "arn:aws:iam::111122223333:role/deployers", "role": "operator",
       "stacks": "shop/*", "sessionNames": "fixed"}]}

`sessionNames` says whether the role's trust policy fixes the name of a session, so that it tells
people apart; if it does not, everybody who assumes the role is one person.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from hoist.access.errors import AccessSettingsError, PrincipalUnmappedError, StackPatternError
from hoist.access.grants import Grant
from hoist.access.patterns import StackPattern
from hoist.access.permissions import Role
from hoist.access.principals import IamCaller, Principal, PrincipalKind, principal_named
from hoist.secret import Secret
from hoist.strict_json import InvalidDocumentError, JsonFields, json_fields

SCHEMA = 1


class SessionNames(StrEnum):
    """Who chooses the name of a role's session."""

    FREE = "free"
    """Whoever assumes the role: it tells nothing."""
    FIXED = "fixed"
    """The role's trust policy: it tells who it is."""


@dataclass(frozen=True, slots=True)
class MappedGrant:
    """One line of the settings."""

    principal: Principal
    grant: Grant
    session_names: SessionNames = SessionNames.FREE


@dataclass(frozen=True, slots=True)
class Standing:
    """A person, and what the settings give them."""

    person: str
    grants: tuple[Grant, ...]


@dataclass(frozen=True, slots=True)
class AccessMapping:
    """All lines of the settings."""

    lines: tuple[MappedGrant, ...]

    def standing_of(self, caller: IamCaller) -> Standing:
        """Raises PrincipalUnmappedError."""
        mine = [line for line in self.lines if line.principal == caller.principal]
        if not mine:
            raise PrincipalUnmappedError(caller.principal.arn)
        person = caller.principal.arn
        if mine[0].session_names is SessionNames.FIXED:
            person = caller.principal.in_session(caller.session)
        return Standing(person, tuple(line.grant for line in mine))


def read_mapping(text: str) -> AccessMapping:
    """The settings in a document; raises AccessSettingsError, which says what is wrong where."""
    try:
        fields = json_fields(Secret(text), "the document")
        fields.number("schema", default=0, lowest=SCHEMA, highest=SCHEMA)
        lines = tuple(_line(line) for line in fields.objects("grants"))
        fields.refuse_others()
    except InvalidDocumentError as error:
        raise AccessSettingsError(error.message) from error
    _refuse_contradictions(lines)
    return AccessMapping(lines)


def _line(fields: JsonFields) -> MappedGrant:
    principal = principal_named(fields.text("principal"))
    if principal is None:
        raise fields.refusal("has a 'principal' that is no ARN of an IAM user or role")
    grant = Grant(_role(fields), _stacks(fields))
    session_names = _session_names(fields)
    if session_names is SessionNames.FIXED and principal.kind is not PrincipalKind.ROLE:
        raise fields.refusal("has fixed 'sessionNames', but only roles have sessions")
    fields.refuse_others()
    return MappedGrant(principal, grant, session_names)


def _role(fields: JsonFields) -> Role:
    try:
        return Role(fields.text("role"))
    except ValueError as error:
        raise fields.refusal(f"has a 'role' that is none of {', '.join(Role)}") from error


def _stacks(fields: JsonFields) -> StackPattern:
    try:
        return StackPattern.parse(fields.text("stacks"))
    except StackPatternError as error:
        raise fields.refusal("has 'stacks' that are no pattern such as shop/*") from error


def _session_names(fields: JsonFields) -> SessionNames:
    try:
        return SessionNames(fields.optional_text("sessionNames") or SessionNames.FREE)
    except ValueError as error:
        raise fields.refusal("has 'sessionNames' that are neither fixed nor free") from error


def _refuse_contradictions(lines: Iterable[MappedGrant]) -> None:
    said: dict[Principal, SessionNames] = {}
    for line in lines:
        if said.setdefault(line.principal, line.session_names) is not line.session_names:
            raise AccessSettingsError(
                f"it calls the session names of {line.principal.arn} fixed and free"
            )
