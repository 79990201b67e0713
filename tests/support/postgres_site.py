"""Databases with users whose passwords rotate, on a real server."""

import itertools
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from hoist.secret import Secret
from postgres_server import TRUSTED_USER, PostgresServer
from rotation.choice import StrategyMakers
from rotation.steps import Stage
from rotation.strategies.postgres.alternating_users import PostgresAlternatingUsers
from rotation.strategies.postgres.document import Login, Server
from rotation.strategies.postgres.driver import PostgresServers
from rotation.strategies.postgres.identifiers import quoted
from rotation.strategies.postgres.logins import is_let_in
from rotation.strategies.postgres.passwords import change_password
from rotation.strategies.postgres.sessions import Rows, Session
from rotation.strategies.postgres.single_user import PostgresSingleUser
from rotation.versions import SecretVersions
from rotation_site import RotationSite

SINGLE, ALTERNATING = "postgres-single-user", "postgres-alternating-users"
OLD_PASSWORD = "CANARY-old-password"

DATABASE = 'the "app\'s" dätabase'

_numbers = itertools.count()


def make_database(server: PostgresServer) -> None:
    """The database of all estates, which nobody may enter who was not let in."""
    at = server.database("postgres")
    with PostgresServers().session(at, server.superuser) as session:
        session.change(f"CREATE DATABASE {quoted(DATABASE)}")
        session.change(f"REVOKE ALL ON DATABASE {quoted(DATABASE)} FROM PUBLIC")


@dataclass
class Estate:
    """A schema with a table, a role that may read it, and a member of that role.

    No name is one that could stand in a statement without quotes.
    """

    server: PostgresServer
    number: int = field(default_factory=lambda: next(_numbers))

    def __post_init__(self) -> None:
        self.at = self.server.database(DATABASE)
        self.role, self.user, self.other = (self.named(end) for end in ("role", "a", "b"))
        self.schema = quoted(f"Sche'ma {self.number}")
        self.do(
            f"CREATE SCHEMA {self.schema}; CREATE TABLE orders (id int);"
            f"CREATE ROLE {quoted(self.role)};"
            f"GRANT CONNECT ON DATABASE {quoted(DATABASE)} TO {quoted(self.role)};"
            f"GRANT USAGE ON SCHEMA {self.schema} TO {quoted(self.role)};"
            f"GRANT SELECT ON orders TO {quoted(self.role)};"
            f"CREATE ROLE {quoted(self.user)} LOGIN IN ROLE {quoted(self.role)}"
        )
        self.set_password(self.user, OLD_PASSWORD)

    def named(self, end: str) -> str:
        return f"Us\"er {self.number}'s \\{end}"

    def do(self, statements: str) -> None:
        """As the superuser, in the schema."""
        with self.session(self.server.superuser) as session:
            session.change(f"SET search_path = {self.schema}; {statements}")

    def ask(self, query: str, *values: str) -> Rows:
        with self.session(self.server.superuser) as session:
            return session.read(query, *values)

    @contextmanager
    def session(self, login: Login) -> Iterator[Session]:
        with PostgresServers().session(self.at, login) as session:
            yield session

    def set_password(self, user: str, password: str) -> None:
        with self.session(self.server.superuser) as session:
            change_password(session, Login(user, Secret(password)))

    def lets_in(self, value: str) -> bool:
        """Whether the login in a secret's value is good."""
        return is_let_in(PostgresServers(), self.at, login_of(value))

    def make_trusted_user(self) -> None:
        """A member of the role who gets in with any password."""
        self.do(
            f"DROP ROLE IF EXISTS {TRUSTED_USER};"
            f"CREATE ROLE {TRUSTED_USER} LOGIN IN ROLE {quoted(self.role)}"
        )

    def document(self, **changed: Any) -> str:
        """The secret of the user; a field that is changed to None is left out."""
        fields = {
            "engine": "postgres",
            "host": self.at.host,
            "port": self.at.port,
            "dbname": self.at.database,
            "username": self.user,
            "password": OLD_PASSWORD,
            "ca_certificate": self.at.ca_certificate,
            "check_query": f"SELECT id FROM {self.schema}.orders",
        } | changed
        return json.dumps({name: value for name, value in fields.items() if value is not None})

    def alternating(self, **changed: Any) -> str:
        pair = {"alternate_username": self.other, "masterarn": "app/master"}
        return self.document(**(pair | changed))


def login_of(value: str) -> Login:
    fields = json.loads(value)
    return Login(fields["username"], Secret(fields["password"]))


@dataclass
class HookedServers:
    """Real servers, with the hooks of a site around whatever is read and changed there."""

    site: "PostgresSite"

    @contextmanager
    def session(self, server: Server, login: Login) -> Iterator[Session]:
        with PostgresServers().session(server, login) as session:
            yield self.site.hooked(session)


@dataclass
class PostgresSite(RotationSite):
    """A rotation whose target is an estate. The master's secret is there already."""

    estate: Estate | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.estate:
            superuser = self.estate.server.superuser
            master = {"username": superuser.user, "password": superuser.password.reveal()}
            self.store.create_secret("app/master", json.dumps(master))

    @property
    def strategies(self) -> StrategyMakers:
        servers, versions = HookedServers(self), SecretVersions(self.hooked(self.store))
        return {
            **super().strategies,
            SINGLE: lambda: PostgresSingleUser(servers),
            ALTERNATING: lambda: PostgresAlternatingUsers(
                servers, lambda secret_id: versions.with_stage(secret_id, Stage.CURRENT)
            ),
        }

    def hooked(self, target: Any) -> Any:
        return self._faulty(target)


def password_in(value: str) -> str:
    """The password itself, to look for where it must not be."""
    return login_of(value).password.reveal()
