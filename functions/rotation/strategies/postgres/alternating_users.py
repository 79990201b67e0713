"""Two users in turns: each rotation gives the one that rests a new password, and it takes over.

Whoever still has the other user's login is let in until the next rotation. A master, whose secret
is only read, makes the user if it is missing and lets it do what the other one may.
"""

from collections.abc import Callable

from hoist.secret import Secret
from rotation.errors import SecretSchemaError
from rotation.steps import Stage
from rotation.strategies.postgres.document import (
    Account,
    AlternatingAccount,
    Login,
    alternating_account,
    login_in,
    master_login,
    with_login,
)
from rotation.strategies.postgres.likeness import make_alike
from rotation.strategies.postgres.logins import (
    check_account,
    is_let_in,
    refuse_good_login,
    refuse_open_door,
)
from rotation.strategies.postgres.passwords import change_password, refuse_foreign_password
from rotation.strategies.postgres.sessions import (
    Databases,
    Session,
    change_kept,
    change_rehearsed,
)
from rotation.strategy import Draft, Succession, Traits, Trial

NAME = "postgres-alternating-users"

ReadSecret = Callable[[str], Secret | None]
"""The current value of a secret; None if there is none."""


class PostgresAlternatingUsers:
    """The secret is that of a single user with {"alternate_username", "masterarn"} besides."""

    traits = Traits(fallbacks=(Stage.PENDING, Stage.PREVIOUS), live_credentials_at_most=2)

    def __init__(self, databases: Databases, read_secret: ReadSecret) -> None:
        self._databases = databases
        self._read_secret = read_secret

    def preflight(self, current: Secret | None, draft: Draft) -> None:
        alternating = alternating_account(current, NAME)
        account = alternating.account
        # A login that is broken the rotation mends; with a good one the check query has to work.
        if is_let_in(self._databases, account.server, account.login):
            check_account(self._databases, account)
        rehearsed = Login(alternating.next_user, account.policy.generate())
        with (
            self._databases.session(account.server, self._master(alternating)) as session,
            change_rehearsed(session),
        ):
            _install(session, rehearsed, like=account.login.user)
        for user in (account.login.user, alternating.next_user):
            refuse_open_door(self._databases, account.server, Login(user, rehearsed.password))

    def create(self, current: Secret | None, draft: Draft) -> Secret:
        alternating = alternating_account(current, NAME)
        account = alternating.account
        login = Login(alternating.next_user, account.policy.generate())
        return with_login(current or Secret(""), login, alternate_username=account.login.user)

    def set(self, trial: Trial) -> None:
        pending, current = _pair(trial)
        account = pending.account
        is_known = is_let_in(self._databases, account.server, account.login)
        with (
            self._databases.session(account.server, self._master(pending)) as session,
            change_kept(session),
        ):
            # What the other user may can have changed since the last try set the password.
            if is_known:
                make_alike(session, account.login.user, like=current.login.user)
            else:
                _install(session, account.login, like=current.login.user)

    def test(self, trial: Trial) -> None:
        pending, current = _pair(trial)
        account = pending.account
        check_account(self._databases, account)
        replaced = login_in(trial.previous)
        # Before the first rotation of this kind the previous value may be anybody's.
        if replaced and replaced.user == account.login.user and replaced != account.login:
            refuse_good_login(
                self._databases, account.server, replaced, whose="the replaced password"
            )

    def finish(self, succession: Succession) -> None:
        """The user that now rests stays good for those who still have its login."""

    def _master(self, alternating: AlternatingAccount) -> Login:
        value = self._read_secret(alternating.master_secret)
        return master_login(value, alternating.account.server)


def _install(session: Session, login: Login, *, like: str) -> None:
    make_alike(session, login.user, like=like)
    change_password(session, login, also=" LOGIN")


def _pair(trial: Trial) -> tuple[AlternatingAccount, Account]:
    """The pending account and the current one; raises SecretSchemaError if they are no pair."""
    pending = alternating_account(trial.pending, NAME)
    current = alternating_account(trial.current, NAME)
    refuse_foreign_password(pending.account)
    is_pair = (pending.account.login.user, pending.next_user) == (
        current.next_user,
        current.account.login.user,
    )
    if not is_pair or pending.account.server != current.account.server:
        raise SecretSchemaError(
            "the pending value is not for the other user of the same server",
            way_out="cancel the rotation and start a new one",
        )
    return pending, current.account
