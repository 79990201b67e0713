"""Asks a PostgreSQL server whether it lets the login of a value in."""

from collections.abc import Callable

from hoist.secret import Secret
from rotation.strategies.postgres import alternating_users, single_user
from rotation.strategies.postgres.document import Account, alternating_account, single_account
from rotation.strategies.postgres.logins import is_let_in
from rotation.strategies.postgres.sessions import Databases

Read = Callable[[Secret], Account]


class PostgresProbe:
    """`read` finds the account in a value."""

    def __init__(self, databases: Databases, read: Read) -> None:
        self._databases = databases
        self._read = read

    def lets_in(self, value: Secret) -> bool:
        account = self._read(value)
        return is_let_in(self._databases, account.server, account.login)


def single_user_of(value: Secret) -> Account:
    return single_account(value, single_user.NAME)


def acting_user_of(value: Secret) -> Account:
    """Of two users in turns, the one whose turn it is."""
    return alternating_account(value, alternating_users.NAME).account
