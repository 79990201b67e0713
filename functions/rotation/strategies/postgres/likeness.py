"""Makes a role like another one, which serves as the pattern.

What the pattern has is granted and what it does not have is revoked, so that nobody can do more
after a rotation than before. Rights of a role that both are members of need no copying at all.
What cannot be made alike is found out, and refused.
"""

from rotation.errors import FailureKind, RotationPolicyError
from rotation.strategies.postgres.failures import DatabaseFailureError
from rotation.strategies.postgres.identifiers import literal, quoted
from rotation.strategies.postgres.rights import are_unlike, moves, rights_of
from rotation.strategies.postgres.sessions import Rows, Session

_KNOWN = "SELECT rolsuper FROM pg_roles WHERE rolname = $1"

_OWNS = """
SELECT 1 FROM pg_roles r WHERE rolname IN ($1, $2) AND EXISTS (
  SELECT 1 FROM pg_shdepend
  WHERE deptype = 'o' AND refclassid = 'pg_authid'::regclass AND refobjid = r.oid)
"""

_ATTRIBUTES = """
SELECT unnest(ARRAY[
  CASE WHEN rolinherit THEN '' ELSE 'NO' END || 'INHERIT',
  CASE WHEN rolcreatedb THEN '' ELSE 'NO' END || 'CREATEDB',
  CASE WHEN rolcreaterole THEN '' ELSE 'NO' END || 'CREATEROLE',
  CASE WHEN rolreplication THEN '' ELSE 'NO' END || 'REPLICATION',
  CASE WHEN rolbypassrls THEN '' ELSE 'NO' END || 'BYPASSRLS',
  'CONNECTION LIMIT ' || rolconnlimit])
FROM pg_roles WHERE rolname = $1
"""

_SETTINGS = """
SELECT coalesce(' IN DATABASE ' || quote_ident(datname), ''),
       split_part(setting, '=', 1), substr(setting, strpos(setting, '=') + 1)
FROM pg_db_role_setting JOIN pg_roles r ON r.oid = setrole
     LEFT JOIN pg_database d ON d.oid = setdatabase, unnest(setconfig) AS setting
WHERE rolname = $1
"""


def make_alike(session: Session, role: str, *, like: str) -> None:
    """Make the role if it is missing, and like the other; raises what says why it cannot be.

    Afterwards the session may have settings of the pattern until the transaction ends.
    """
    _refuse_bad_pattern(session, like)
    if not session.read(_KNOWN, role):
        session.change(f"CREATE ROLE {quoted(role)}")
    _refuse_owners(session, role, like)
    _copy_attributes(session, role, like=like)
    for statement in moves(rights_of(session, role), rights_of(session, like), role):
        session.change(statement)
    if are_unlike(session, role, like):
        raise RotationPolicyError(
            "the two users have rights that differ and cannot be copied: other kinds of objects,"
            " other databases, other options of a membership",
            way_out="grant them to one role, and make both users members of it in the same way",
        )
    _copy_settings(session, role, like=like)


def _refuse_bad_pattern(session: Session, like: str) -> None:
    known = session.read(_KNOWN, like)
    if not known:
        raise DatabaseFailureError("the current user does not exist", kind=FailureKind.STATE)
    if known[0][0]:
        raise RotationPolicyError(
            "the current user is a superuser",
            way_out="let programs use a role that may only what they need",
        )


def _refuse_owners(session: Session, role: str, like: str) -> None:
    # What one of two users owns, the other cannot alter; and it would be one or the other by
    # chance, depending on when a table was made.
    if session.read(_OWNS, role, like):
        raise RotationPolicyError(
            "one of the two users owns objects or default privileges",
            way_out="REASSIGN OWNED to a role that both are members of, and ALTER ROLE ... SET role"
            " to it for both, so that it owns what they make",
        )


def _copy_attributes(session: Session, role: str, *, like: str) -> None:
    held, wanted = _words(session.read(_ATTRIBUTES, role)), _words(session.read(_ATTRIBUTES, like))
    if wanted - held:
        session.change(f"ALTER ROLE {quoted(role)} {' '.join(sorted(wanted - held))}")


def _words(rows: Rows) -> frozenset[str]:
    return frozenset(row[0] for row in rows)


def _copy_settings(session: Session, role: str, *, like: str) -> None:
    held, wanted = _settings_of(session, role), _settings_of(session, like)
    for where, name, _ in sorted(held - wanted):
        session.change(f"ALTER ROLE {quoted(role)}{where} RESET {_dotted(name)}")
    for where, name, value in sorted(wanted - held):
        alter = f"ALTER ROLE {quoted(role)}{where} SET {_dotted(name)}"
        if name == "role":
            session.change(f"{alter} = {literal(value)}")
            continue
        # A list such as search_path would become one long name, were it written as a text.
        session.read("SELECT pg_catalog.set_config($1, $2, true)", name, value)
        session.change(f"{alter} FROM CURRENT")


def _settings_of(session: Session, role: str) -> frozenset[tuple[str, str, str]]:
    return frozenset((row[0], row[1], row[2]) for row in session.read(_SETTINGS, role))


def _dotted(name: str) -> str:
    return ".".join(quoted(part) for part in name.split("."))
