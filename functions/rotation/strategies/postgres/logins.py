"""Proofs that a login is good, and that another is not."""

from rotation.errors import FailureKind
from rotation.strategies.postgres.document import Account, Login, Server
from rotation.strategies.postgres.failures import DatabaseFailureError, LoginRefusedError
from rotation.strategies.postgres.sessions import Databases, reading_as_consumer


def is_let_in(databases: Databases, server: Server, login: Login) -> bool:
    """Whether the login is good; raises DatabaseFailureError if the server did not say."""
    try:
        with databases.session(server, login):
            return True
    except LoginRefusedError:
        return False


def check_account(databases: Databases, account: Account) -> None:
    """Log in and ask the check query; raises DatabaseFailureError."""
    with databases.session(account.server, account.login) as session, reading_as_consumer(session):
        session.read(account.check_query)


def refuse_good_login(databases: Databases, server: Server, login: Login, *, whose: str) -> None:
    """Raises DatabaseFailureError if a login that must be dead, or never was alive, is good."""
    if is_let_in(databases, server, login):
        raise DatabaseFailureError(
            f"the server lets {whose} in",
            kind=FailureKind.POLICY,
            way_out="make the server ask for this user's password: scram-sha-256 in pg_hba",
        )


def refuse_open_door(databases: Databases, server: Server, nonsense: Login) -> None:
    """Raises DatabaseFailureError if the server takes any password: none would mean anything."""
    refuse_good_login(databases, server, nonsense, whose="anybody with any password")
