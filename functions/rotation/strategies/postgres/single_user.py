"""A user who changes its own password. The old one is dead at once.

From then until the promotion only the pending value is good: consumers fall back to it.
"""

from hoist.secret import Secret
from rotation.errors import SecretSchemaError
from rotation.steps import Stage
from rotation.strategies.postgres.document import Account, Login, single_account, with_login
from rotation.strategies.postgres.failures import LoginRefusedError
from rotation.strategies.postgres.logins import (
    check_account,
    is_let_in,
    refuse_good_login,
    refuse_open_door,
)
from rotation.strategies.postgres.passwords import change_password, refuse_foreign_password
from rotation.strategies.postgres.sessions import Databases, change_kept, change_rehearsed
from rotation.strategy import Draft, Succession, Traits, Trial

NAME = "postgres-single-user"


class PostgresSingleUser:
    """The secret is {"strategy", "host", "port", "dbname", "username", "password", ...}."""

    traits = Traits(fallbacks=(Stage.PENDING,), live_credentials_at_most=1)

    def __init__(self, databases: Databases) -> None:
        self._databases = databases

    def preflight(self, current: Secret | None, draft: Draft) -> None:
        account = single_account(current, NAME)
        # With a query that cannot work the test would fail after the old password has died.
        check_account(self._databases, account)
        rehearsed = Login(account.login.user, account.policy.generate())
        refuse_open_door(self._databases, account.server, rehearsed)
        with (
            self._databases.session(account.server, account.login) as session,
            change_rehearsed(session),
        ):
            change_password(session, rehearsed)

    def create(self, current: Secret | None, draft: Draft) -> Secret:
        account = single_account(current, NAME)
        login = Login(account.login.user, account.policy.generate())
        return with_login(current or Secret(""), login)

    def set(self, trial: Trial) -> None:
        pending = _pending(trial)
        if is_let_in(self._databases, pending.server, pending.login):
            return
        present = self._login_that_is_good(pending, trial)
        with self._databases.session(pending.server, present) as session, change_kept(session):
            change_password(session, pending.login)

    def test(self, trial: Trial) -> None:
        pending = _pending(trial)
        check_account(self._databases, pending)
        current = single_account(trial.current, NAME)
        refuse_good_login(
            self._databases, pending.server, current.login, whose="the replaced password"
        )

    def finish(self, succession: Succession) -> None:
        """The old password died when the new one was set."""

    def _login_that_is_good(self, pending: Account, trial: Trial) -> Login:
        # A server that was put back from a backup may know the password before.
        for value in (trial.current, trial.previous):
            if value is None:
                continue
            account = single_account(value, NAME)
            _refuse_another(account, pending)
            if is_let_in(self._databases, pending.server, account.login):
                return account.login
        raise LoginRefusedError(
            "the pending, the current and the previous password are refused, one like the other"
        )


def _pending(trial: Trial) -> Account:
    pending = single_account(trial.pending, NAME)
    refuse_foreign_password(pending)
    _refuse_another(single_account(trial.current, NAME), pending)
    return pending


def _refuse_another(account: Account, pending: Account) -> None:
    """What a version says of one user must never be done to another."""
    if _identity(account) != _identity(pending):
        raise SecretSchemaError(
            "the pending value is for another user or another server than the one it replaces",
            way_out="cancel the rotation and start a new one",
        )


def _identity(account: Account) -> tuple[str, str, int]:
    return account.login.user, account.server.host.casefold(), account.server.port
