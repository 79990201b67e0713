"""Strategy: two PostgreSQL users in turns, whom a master keeps alike."""

import json

import pytest

from hoist.rotation_engine.outcomes import Ending
from hoist.secret import Secret
from postgres_server import TRUSTED_USER, WRONG_HOST
from postgres_site import ALTERNATING, DATABASE, Estate, PostgresSite, login_of
from rotation.errors import FailureKind, RotationPolicyError, SecretSchemaError
from rotation.strategies.postgres.failures import DatabaseFailureError
from rotation.strategies.postgres.identifiers import quoted
from rotation.strategies.postgres.rights import Right, rights_of
from rotation.strategy import Strategy, Trial
from rotation_site import DRAFT, MORNING, TOKEN

pytestmark = pytest.mark.thorough

COLUMNS = "rolinherit, rolcreatedb, rolcreaterole, rolbypassrls, rolconnlimit"


@pytest.fixture
def strategy(site: PostgresSite) -> Strategy:
    return site.strategies[ALTERNATING]()


def trial(strategy: Strategy, current: str, *, previous: str | None = None) -> Trial:
    pending = strategy.create(Secret(current), DRAFT)
    return Trial(TOKEN, MORNING, pending, Secret(current), Secret(previous) if previous else None)


def rotated(site: PostgresSite, estate: Estate) -> str:
    """The ARN of a secret that has been rotated once: both users are there."""
    arn = site.secret(estate.alternating(), strategy=ALTERNATING)
    outcome = site.engine.rotate(arn)
    assert outcome.failure is None
    return arn


def test_other_user_stays_good_until_the_next_rotation(site: PostgresSite, estate: Estate) -> None:
    """The users take turns; the login that was replaced opens until its user gets its turn."""
    arn = site.secret(estate.alternating(), strategy=ALTERNATING)
    users, older = [], ""

    for _ in range(3):
        assert site.engine.rotate(arn).ending is Ending.SUCCEEDED

        assert estate.lets_in(site.store.value(arn))
        assert estate.lets_in(site.store.value(arn, "AWSPREVIOUS"))
        assert not older or not estate.lets_in(older)
        older = site.store.value(arn, "AWSPREVIOUS")
        users.append(login_of(site.store.value(arn)).user)

    assert users == [estate.other, estate.user, estate.other]


def test_master_is_only_read(site: PostgresSite, estate: Estate) -> None:
    """The master's secret has the same one version after a rotation, and its login is good."""
    before = site.store.value("app/master")

    rotated(site, estate)

    assert len(site.store.secrets["app/master"].versions) == 1
    assert site.store.value("app/master") == before
    assert estate.lets_in(before)


def test_rehearsal_changes_nothing(estate: Estate, strategy: Strategy) -> None:
    """After the preflight the other user, whom it made, is not there."""
    strategy.preflight(Secret(estate.alternating()), DRAFT)

    assert not estate.ask("SELECT 1 FROM pg_roles WHERE rolname = $1", estate.other)


def test_test_only_mode(site: PostgresSite, estate: Estate) -> None:
    """Test mode asks whether it would work, and makes no user."""
    arn = site.secret(estate.alternating(), strategy=ALTERNATING)

    assert site.engine.test(arn).ending is Ending.SUCCEEDED
    assert not estate.ask("SELECT 1 FROM pg_roles WHERE rolname = $1", estate.other)


def test_role_of_both_holds_the_rights(site: PostgresSite, estate: Estate) -> None:
    """What is granted to the role that both are members of, both have at once."""
    arn = rotated(site, estate)

    estate.do(f"CREATE TABLE bills (id int); GRANT SELECT ON bills TO {quoted(estate.role)}")

    for label in ("AWSCURRENT", "AWSPREVIOUS"):
        with estate.session(login_of(site.store.value(arn, label))) as session:
            assert not session.read(f"SELECT * FROM {estate.schema}.bills")


GRANTS = [
    "GRANT TEMPORARY ON DATABASE {database} TO {user}",
    'CREATE SCHEMA "S s"; GRANT USAGE, CREATE ON SCHEMA "S s" TO {user}',
    "GRANT INSERT, UPDATE ON orders TO {user}",
    "GRANT SELECT ON orders TO {user} WITH GRANT OPTION",
    "GRANT UPDATE (id) ON orders TO {user}",
    "CREATE SEQUENCE numbers; GRANT USAGE ON SEQUENCE numbers TO {user}",
    "CREATE VIEW seen AS SELECT 1; GRANT SELECT ON seen TO {user}",
    'CREATE FUNCTION "F f"(a int, "B" text[]) RETURNS int LANGUAGE sql AS \'SELECT 1\';'
    'GRANT EXECUTE ON FUNCTION "F f" TO {user}',
    "CREATE PROCEDURE p(INOUT a int) LANGUAGE sql AS 'SELECT 1';"
    "GRANT EXECUTE ON PROCEDURE p TO {user}",
    "CREATE TYPE t AS ENUM ('a'); GRANT USAGE ON TYPE t TO {user}",
    "ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO {user}",
    "ALTER DEFAULT PRIVILEGES IN SCHEMA {schema} GRANT EXECUTE ON ROUTINES TO {user}",
    "ALTER DEFAULT PRIVILEGES GRANT USAGE ON SEQUENCES TO {user}",
    "ALTER DEFAULT PRIVILEGES GRANT USAGE ON TYPES TO {user}",
    "ALTER DEFAULT PRIVILEGES GRANT USAGE ON SCHEMAS TO {user}",
    "GRANT pg_read_all_data TO {user} WITH ADMIN OPTION",
]


def done_to(estate: Estate, user: str, statement: str) -> None:
    names = {"database": quoted(DATABASE), "schema": estate.schema, "user": quoted(user)}
    estate.do(statement.format(**names))


def rights(estate: Estate, user: str) -> frozenset[Right]:
    with estate.session(estate.server.superuser) as session:
        return rights_of(session, user)


def test_direct_grants_are_copied(site: PostgresSite, estate: Estate) -> None:
    """What was granted to the current user alone, also since the last rotation, the other user
    may after the next; what was taken away it may no longer."""
    arn = rotated(site, estate)
    at_first = granted = rights(estate, estate.other)
    for statement in GRANTS:
        done_to(estate, estate.other, statement)
        before, granted = granted, rights(estate, estate.other)
        assert granted != before, statement

    assert site.engine.rotate(arn).failure is None
    assert rights(estate, estate.user) == granted
    estate.do(";".join(right.revoked_from(estate.user) for right in granted - at_first))
    assert site.engine.rotate(arn).failure is None
    assert rights(estate, estate.other) == at_first


def test_grant_between_two_tries(estate: Estate, strategy: Strategy) -> None:
    """A right that was missing at the test is there at the next try, with the same password."""
    asked = trial(strategy, estate.alternating(check_query=f"SELECT * FROM {estate.schema}.bills"))
    strategy.set(asked)
    with pytest.raises(DatabaseFailureError):
        strategy.test(asked)
    estate.do(f"CREATE TABLE bills (id int); GRANT SELECT ON bills TO {quoted(estate.user)}")

    strategy.set(asked)

    strategy.test(asked)


def test_attributes_and_settings_are_copied(site: PostgresSite, estate: Estate) -> None:
    """Attributes of the role and what it has set, for all databases and for one, are alike."""
    arn, other = rotated(site, estate), quoted(estate.other)
    estate.do(
        # Who does not inherit gets in, before version 16, by a right of its own alone.
        f"GRANT CONNECT ON DATABASE {quoted(DATABASE)} TO {other};"
        f"ALTER ROLE {other} CREATEDB NOINHERIT CONNECTION LIMIT 50;"
        f'ALTER ROLE {other} SET search_path = "$user", "S, s", public;'
        f"ALTER ROLE {other} SET \"app.tenant\" = 'it''s \\';"
        f"ALTER ROLE {other} IN DATABASE {quoted(DATABASE)} SET work_mem = '3MB';"
        f"ALTER ROLE {other} SET role = {quoted(estate.role)};"
        f"ALTER ROLE {quoted(estate.user)} SET lock_timeout = 7"
    )

    assert site.engine.rotate(arn).failure is None

    for query in (
        f"SELECT {COLUMNS} FROM pg_roles WHERE rolname = $1",
        "SELECT setdatabase, s FROM pg_db_role_setting, pg_roles r, unnest(setconfig) s"
        " WHERE r.oid = setrole AND rolname = $1 ORDER BY s",
    ):
        assert estate.ask(query, estate.user) == estate.ask(query, estate.other) != []


def test_objects_belong_to_neither(site: PostgresSite, estate: Estate) -> None:
    """While one of the users owns something a rotation is refused; with a role that owns what
    either makes, it is not."""
    arn = site.secret(estate.alternating(), strategy=ALTERNATING)
    user, role = quoted(estate.user), quoted(estate.role)
    estate.do(f"GRANT CREATE ON SCHEMA {estate.schema} TO {role}")
    with estate.session(login_of(estate.document())) as session:
        session.change(f"CREATE TABLE {estate.schema}.mine (id int)")
    refused = site.engine.rotate(arn)
    site.engine.abandon(arn)

    estate.do(f"REASSIGN OWNED BY {user} TO {role}; ALTER ROLE {user} SET role = {role}")
    assert site.engine.rotate(arn).failure is None
    with estate.session(login_of(site.store.value(arn))) as session:
        session.change(f"CREATE TABLE {estate.schema}.ours (id int)")
        session.change(f"ALTER TABLE {estate.schema}.mine ADD more int")

    assert refused.failure
    assert refused.failure.message.startswith("policy/rotation_policy: one of the two users owns")
    assert site.engine.rotate(arn).failure is None


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT lo_create(7); GRANT SELECT ON LARGE OBJECT 7 TO {user}",
        "GRANT SET ON PARAMETER log_statement TO {user}",
        "GRANT USAGE ON LANGUAGE sql TO {user}",
        "GRANT CONNECT ON DATABASE template1 TO {user}",
    ],
)
def test_rights_that_cannot_be_copied(estate: Estate, strategy: Strategy, statement: str) -> None:
    """A right that the other user would not get is found in the preflight."""
    done_to(estate, estate.user, statement)

    with pytest.raises(RotationPolicyError, match="cannot be copied"):
        strategy.preflight(Secret(estate.alternating()), DRAFT)


def test_membership_that_does_not_inherit(estate: Estate, strategy: Strategy) -> None:
    """It is found in the preflight; before version 16 a server knows no such membership."""
    [[version]] = estate.ask("SELECT current_setting('server_version_num')::int")
    statement = "GRANT pg_monitor TO {user} WITH INHERIT FALSE"
    if version < 160000:
        with pytest.raises(DatabaseFailureError, match="42601"):
            done_to(estate, estate.user, statement)
        return
    done_to(estate, estate.user, statement)

    with pytest.raises(RotationPolicyError, match="cannot be copied"):
        strategy.preflight(Secret(estate.alternating()), DRAFT)


def test_superuser_is_refused(estate: Estate, strategy: Strategy) -> None:
    """A program that logs in as a superuser gets no second superuser."""
    done_to(estate, estate.user, "ALTER ROLE {user} SUPERUSER")

    with pytest.raises(RotationPolicyError, match="superuser"):
        strategy.preflight(Secret(estate.alternating()), DRAFT)


@pytest.mark.parametrize(
    ("changed", "kind"),
    [
        ({"host": WRONG_HOST}, FailureKind.TLS),
        ({"port": 1}, FailureKind.NETWORK),
        ({"username": "CANARY-nobody"}, FailureKind.STATE),
        ({"masterarn": "app/none"}, FailureKind.SCHEMA),
        ({"check_query": "SELECT * FROM bills"}, FailureKind.STATE),
        ({"alternate_username": TRUSTED_USER}, FailureKind.POLICY),
        ({"username": TRUSTED_USER}, FailureKind.POLICY),
    ],
)
def test_nothing_changes_when_it_cannot_work(
    site: PostgresSite, estate: Estate, changed: dict[str, str], kind: FailureKind
) -> None:
    """What would fail later fails in the preflight, by its kind."""
    estate.make_trusted_user()
    arn = site.secret(estate.alternating(**changed), strategy=ALTERNATING)

    outcome = site.engine.rotate(arn)

    assert outcome.failure
    assert outcome.failure.message.startswith(f"{kind}/")
    assert "put_secret_value" not in site.calls


def master(site: PostgresSite, user: str, password: str) -> None:
    document = json.dumps({"username": user, "password": password})
    site.store.create_secret("app/other-master", document)


def test_master_of_little_power(site: PostgresSite, estate: Estate) -> None:
    """A master that may create roles and administer these is enough; one that may not is refused
    before anything changes."""
    name = estate.named("master")
    estate.do(f"CREATE ROLE {quoted(name)} LOGIN")
    estate.set_password(name, "CANARY-master")
    master(site, name, "CANARY-master")
    value = estate.alternating(masterarn="app/other-master")
    arn = site.secret(value, strategy=ALTERNATING)
    refused = site.engine.rotate(arn)
    site.engine.abandon(arn)

    estate.do(
        f"ALTER ROLE {quoted(name)} CREATEROLE;"
        f"GRANT {quoted(estate.role)}, {quoted(estate.user)} TO {quoted(name)} WITH ADMIN OPTION"
    )
    for _ in range(2):
        assert site.engine.rotate(arn).failure is None

    assert refused.failure
    assert refused.failure.message.startswith("permission/")


def test_masters_password_is_wrong(site: PostgresSite, estate: Estate) -> None:
    """A master that is not let in is a matter of authentication."""
    master(site, "postgres", "CANARY-wrong")
    value = estate.alternating(masterarn="app/other-master")

    with pytest.raises(DatabaseFailureError) as caught:
        site.strategies[ALTERNATING]().preflight(Secret(value), DRAFT)

    assert caught.value.kind is FailureKind.AUTHENTICATION


def test_broken_current_login_is_mended(site: PostgresSite, estate: Estate) -> None:
    """When the current password does not work any more, a rotation brings a login that does."""
    estate.set_password(estate.user, "CANARY-by-hand")

    arn = rotated(site, estate)

    assert estate.lets_in(site.store.value(arn))


@pytest.mark.parametrize(
    "changed",
    [{"alternate_username": "third"}, {"username": "third"}, {"host": "other"}, {"port": 1}],
)
def test_pending_value_of_another_pair(
    estate: Estate, strategy: Strategy, changed: dict[str, str]
) -> None:
    """A pending value that is not for the other user of the same server is refused."""
    asked = trial(strategy, estate.alternating(**changed))
    wrong = Trial(TOKEN, MORNING, asked.pending, Secret(estate.alternating()), None)

    with pytest.raises(SecretSchemaError, match="other user"):
        strategy.set(wrong)


def test_replaced_password_must_be_dead(estate: Estate, strategy: Strategy) -> None:
    """A pending value is not published while its user's password before still opens."""
    estate.make_trusted_user()
    asked = trial(strategy, estate.alternating(alternate_username=TRUSTED_USER))
    before = estate.alternating(username=TRUSTED_USER, alternate_username=estate.user)

    with pytest.raises(DatabaseFailureError) as caught:
        strategy.test(Trial(TOKEN, MORNING, asked.pending, asked.current, Secret(before)))

    assert caught.value.kind is FailureKind.POLICY


@pytest.mark.parametrize("previous", ["old", '{"username": "app"}', None])
def test_previous_value_of_another_kind(
    estate: Estate, strategy: Strategy, previous: str | None
) -> None:
    """What the secret was before it had two users does not hinder the first rotation."""
    asked = trial(strategy, estate.alternating(), previous=previous)
    strategy.set(asked)

    strategy.test(asked)
