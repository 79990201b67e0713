"""Strategy: a PostgreSQL user who changes its own password."""

import json

import pytest

from hoist.rotation_engine.outcomes import Ending
from hoist.secret import Secret
from hoist.strict_json import InvalidDocumentError
from postgres_server import TRUSTED_USER, WRONG_HOST
from postgres_site import SINGLE, Estate, PostgresSite
from rotation.errors import FailureKind, RotationError, RotationPolicyError, SecretSchemaError
from rotation.strategies.postgres.failures import DatabaseFailureError, LoginRefusedError
from rotation.strategies.postgres.identifiers import quoted
from rotation.strategy import Strategy, Trial
from rotation_site import DRAFT, MORNING, TOKEN

pytestmark = pytest.mark.thorough


@pytest.fixture
def strategy(site: PostgresSite) -> Strategy:
    return site.strategies[SINGLE]()


def trial(
    strategy: Strategy, current: str, *, pending: str | None = None, previous: str | None = None
) -> Trial:
    made = Secret(pending) if pending else strategy.create(Secret(current), DRAFT)
    before = Secret(previous) if previous else None
    return Trial(TOKEN, MORNING, made, Secret(current), before)


def stored_password(estate: Estate) -> object:
    return estate.ask("SELECT rolpassword FROM pg_authid WHERE rolname = $1", estate.user)


def test_one_password_at_a_time(site: PostgresSite, estate: Estate) -> None:
    """After each rotation the new password is good and the one before is dead."""
    arn = site.secret(estate.document(), strategy=SINGLE)

    for _ in range(2):
        assert site.engine.rotate(arn).ending is Ending.SUCCEEDED

        assert estate.lets_in(site.store.value(arn))
        assert not estate.lets_in(site.store.value(arn, "AWSPREVIOUS"))


def test_rehearsal_changes_nothing(estate: Estate, strategy: Strategy) -> None:
    """The preflight has the server do it all and undo it: what it keeps is the same to the byte."""
    before = stored_password(estate)

    strategy.preflight(Secret(estate.document()), DRAFT)

    assert stored_password(estate) == before


def test_test_only_mode(site: PostgresSite, estate: Estate) -> None:
    """Test mode asks whether it would work, and leaves the old password good."""
    arn = site.secret(estate.document(), strategy=SINGLE)

    assert site.engine.test(arn).ending is Ending.SUCCEEDED
    assert estate.lets_in(estate.document())


def test_settings_of_the_user_do_not_matter(site: PostgresSite, estate: Estate) -> None:
    """A user who acts as another role, reads only, and sees strange functions first can rotate."""
    user = quoted(estate.user)
    estate.do(
        "CREATE SCHEMA strange; GRANT USAGE ON SCHEMA strange TO PUBLIC;"
        f"ALTER ROLE {user} SET role = {quoted(estate.role)};"
        f"ALTER ROLE {user} SET default_transaction_read_only = on;"
        f"ALTER ROLE {user} SET search_path = strange, pg_catalog;"
    )
    arn = site.secret(estate.document(), strategy=SINGLE)

    assert site.engine.rotate(arn).failure is None


@pytest.mark.parametrize(
    ("changed", "kind"),
    [
        ({"password": "CANARY-wrong"}, FailureKind.AUTHENTICATION),
        ({"username": "CANARY-nobody"}, FailureKind.AUTHENTICATION),
        ({"host": WRONG_HOST}, FailureKind.TLS),
        ({"ca_certificate": None}, FailureKind.TLS),
        ({"ca_certificate": "CANARY"}, FailureKind.SCHEMA),
        ({"host": "no-such-host.invalid"}, FailureKind.NETWORK),
        ({"port": 1}, FailureKind.NETWORK),
        ({"dbname": "CANARY-nothing"}, FailureKind.STATE),
        ({"check_query": "SELECT * FROM CANARY"}, FailureKind.STATE),
        ({"check_query": "SELECT * FROM pg_authid"}, FailureKind.PERMISSION),
        ({"check_query": "CREATE TABLE t ()"}, FailureKind.STATE),
        ({"check_query": "SELECT 1; COMMIT; SELECT 2"}, FailureKind.STATE),
        ({"username": TRUSTED_USER}, FailureKind.POLICY),
    ],
)
def test_nothing_changes_when_it_cannot_work(
    site: PostgresSite, estate: Estate, changed: dict[str, str | None], kind: FailureKind
) -> None:
    """What would fail later fails in the preflight, by its kind; no value is even made."""
    estate.make_trusted_user()
    before = stored_password(estate)
    arn = site.secret(estate.document(**changed), strategy=SINGLE)

    outcome = site.engine.rotate(arn)

    assert outcome.failure
    assert outcome.failure.step == "createSecret"
    assert outcome.failure.message.startswith(f"{kind}/")
    assert "put_secret_value" not in site.calls
    assert stored_password(estate) == before


def test_target_on_the_pending_password(estate: Estate, strategy: Strategy) -> None:
    """When the server knows the pending password already, nothing is changed."""
    asked = trial(strategy, estate.document())
    strategy.set(asked)
    before = stored_password(estate)

    strategy.set(asked)

    assert stored_password(estate) == before
    strategy.test(asked)


def test_target_back_on_the_previous_password(estate: Estate, strategy: Strategy) -> None:
    """A server put back from a backup knows the previous password, and gets the pending one."""
    current = estate.document(password="CANARY-current")
    asked = trial(strategy, current, previous=estate.document())

    strategy.set(asked)

    assert estate.lets_in(asked.pending.reveal())
    assert not estate.lets_in(estate.document())


def test_target_on_an_unknown_password(estate: Estate, strategy: Strategy) -> None:
    """When the server knows none of the passwords, that is a refused login and no other thing."""
    estate.set_password(estate.user, "CANARY-by-hand")
    asked = trial(strategy, estate.document(), previous=estate.document(password="CANARY-older"))

    with pytest.raises(LoginRefusedError):
        strategy.set(asked)


def test_server_down(estate: Estate, strategy: Strategy) -> None:
    """A server that does not answer is no wrong password: nothing else is tried."""
    with pytest.raises(DatabaseFailureError) as caught:
        strategy.set(trial(strategy, estate.document(port=1)))

    assert caught.value.kind is FailureKind.NETWORK


@pytest.mark.parametrize("changed", [{"username": "other"}, {"host": "other"}, {"port": 1}])
def test_versions_of_another_user(
    estate: Estate, strategy: Strategy, changed: dict[str, str]
) -> None:
    """A version for another user or server is never used: not as pending, not as previous."""
    moved = estate.document(**changed)
    pending = strategy.create(Secret(estate.document()), DRAFT).reveal()
    wrong = estate.document(password="CANARY-wrong")

    with pytest.raises(SecretSchemaError, match="another user"):
        strategy.set(trial(strategy, moved, pending=pending))
    with pytest.raises(SecretSchemaError, match="another user"):
        strategy.set(trial(strategy, wrong, pending=pending, previous=moved))


def test_pending_password_of_another_hand(estate: Estate, strategy: Strategy) -> None:
    """A pending password that the policy would not make is refused before it is set."""
    with pytest.raises(RotationPolicyError):
        strategy.set(trial(strategy, estate.document(), pending=estate.document(password="short")))


def test_replaced_password_must_be_dead(estate: Estate, strategy: Strategy) -> None:
    """A pending value is not published while the password that it replaces still opens."""
    pending = json.loads(strategy.create(Secret(estate.document()), DRAFT).reveal())
    # As with a server that takes any password, or has two users of this name behind it.
    estate.set_password(estate.user, pending["password"])
    current = estate.document(password=pending["password"])

    with pytest.raises(DatabaseFailureError) as caught:
        strategy.test(trial(strategy, current, pending=json.dumps(pending)))

    assert caught.value.kind is FailureKind.POLICY


def test_consumers_permissions_are_tested(estate: Estate, strategy: Strategy) -> None:
    """The check query is asked with the pending login: a right that is gone is noticed."""
    asked = trial(strategy, estate.document())
    strategy.set(asked)
    estate.do(f"REVOKE SELECT ON orders FROM {quoted(estate.role)}")

    with pytest.raises(DatabaseFailureError) as caught:
        strategy.test(asked)

    assert caught.value.kind is FailureKind.PERMISSION


def test_policy_of_the_secret(site: PostgresSite, estate: Estate) -> None:
    """New passwords are as the secret's policy says, and all else in it stays."""
    policy = {"length": 64, "punctuation": True, "exclude_characters": "aeiou"}
    arn = site.secret(estate.document(policy=policy), strategy=SINGLE)

    assert site.engine.rotate(arn).failure is None

    made = json.loads(site.store.value(arn))
    assert len(made["password"]) == 64
    assert not set("aeiou") & set(made["password"])
    assert estate.document(policy=policy, password=made["password"]) == json.dumps(made)


def test_secret_without_a_value(strategy: Strategy) -> None:
    """Nothing can be prepared, made or tested for a secret without a value."""
    for hook in (strategy.preflight, strategy.create):
        with pytest.raises((RotationError, InvalidDocumentError)):
            hook(None, DRAFT)
