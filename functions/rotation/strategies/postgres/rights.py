"""What a role may: its privileges on objects of this database, and the roles it is a member of.

The server itself writes the names, so that they can be used in statements as they come.
"""

from dataclasses import dataclass

from rotation.strategies.postgres.identifiers import quoted
from rotation.strategies.postgres.sessions import Session

_RIGHTS = """
WITH me AS (SELECT oid FROM pg_roles WHERE rolname = $1),
listed (prefix, object, acl) AS (
  SELECT '', ' ON DATABASE ' || quote_ident(datname), datacl
    FROM pg_database WHERE datname = current_database()
  UNION ALL SELECT '', ' ON SCHEMA ' || quote_ident(nspname), nspacl FROM pg_namespace
  UNION ALL SELECT '', format(CASE relkind WHEN 'S' THEN ' ON SEQUENCE %I.%I'
                                ELSE ' ON TABLE %I.%I' END, nspname, relname), relacl
    FROM pg_class JOIN pg_namespace n ON n.oid = relnamespace
  UNION ALL SELECT '', format(' ON ROUTINE %I.%I(%s)', nspname, proname,
                              pg_get_function_identity_arguments(p.oid)), proacl
    FROM pg_proc p JOIN pg_namespace n ON n.oid = pronamespace
  UNION ALL SELECT '', format(' ON TYPE %I.%I', nspname, typname), typacl
    FROM pg_type JOIN pg_namespace n ON n.oid = typnamespace
  UNION ALL SELECT 'ALTER DEFAULT PRIVILEGES FOR ROLE ' || quote_ident(pg_get_userbyid(defaclrole))
                   || coalesce(' IN SCHEMA ' || quote_ident(nspname), '') || ' ',
                   CASE defaclobjtype WHEN 'r' THEN ' ON TABLES' WHEN 'S' THEN ' ON SEQUENCES'
                     WHEN 'f' THEN ' ON ROUTINES' WHEN 'T' THEN ' ON TYPES'
                     WHEN 'n' THEN ' ON SCHEMAS' ELSE ' ON LARGE OBJECTS' END, defaclacl
    FROM pg_default_acl LEFT JOIN pg_namespace n ON n.oid = defaclnamespace
)
SELECT prefix, privilege_type || object,
       CASE WHEN is_grantable THEN ' WITH GRANT OPTION' ELSE '' END
  FROM listed, aclexplode(acl), me WHERE grantee = me.oid
UNION SELECT '', format('%s (%I) ON TABLE %I.%I', privilege_type, attname, nspname, relname),
             CASE WHEN is_grantable THEN ' WITH GRANT OPTION' ELSE '' END
  FROM pg_attribute JOIN pg_class c ON c.oid = attrelid JOIN pg_namespace n ON n.oid = relnamespace,
       aclexplode(attacl), me WHERE grantee = me.oid
UNION SELECT '', quote_ident(rolname), CASE WHEN admin_option THEN ' WITH ADMIN OPTION' ELSE '' END
  FROM pg_auth_members m JOIN pg_roles r ON r.oid = m.roleid, me WHERE member = me.oid
"""

# Privileges of every kind and on objects of every database, and memberships with all options.
_UNLIKE = """
WITH one AS (SELECT oid FROM pg_roles WHERE rolname = $1),
     other AS (SELECT oid FROM pg_roles WHERE rolname = $2),
     held (who, what) AS (
       SELECT refobjid, concat_ws('/', dbid, classid, objid, objsubid)
         FROM pg_shdepend WHERE deptype = 'a' AND refclassid = 'pg_authid'::regclass
       UNION ALL SELECT member, (to_jsonb(m) - '{oid,member,grantor}'::text[])::text
         FROM pg_auth_members m)
SELECT 1 WHERE EXISTS (
  (SELECT what FROM held, one WHERE who = one.oid
   EXCEPT SELECT what FROM held, other WHERE who = other.oid)
  UNION ALL
  (SELECT what FROM held, other WHERE who = other.oid
   EXCEPT SELECT what FROM held, one WHERE who = one.oid))
"""


@dataclass(frozen=True, slots=True)
class Right:
    """Something granted, and with which option."""

    prefix: str
    what: str
    option: str

    def granted_to(self, role: str) -> str:
        return f"{self.prefix}GRANT {self.what} TO {quoted(role)}{self.option}"

    def revoked_from(self, role: str) -> str:
        return f"{self.prefix}REVOKE {self.what} FROM {quoted(role)}"


def rights_of(session: Session, role: str) -> frozenset[Right]:
    """All of a role's rights that can be granted to another role from this database."""
    return frozenset(Right(*row) for row in session.read(_RIGHTS, role))


def moves(held: frozenset[Right], wanted: frozenset[Right], role: str) -> list[str]:
    """The statements after which the role has what is wanted and nothing else."""
    too_many = sorted(right.revoked_from(role) for right in held - wanted)
    return too_many + sorted(right.granted_to(role) for right in wanted - held)


def are_unlike(session: Session, one: str, other: str) -> bool:
    """Whether two roles differ in any right, also in those that `rights_of` does not know."""
    return bool(session.read(_UNLIKE, one, other))
