"""The secrets of PostgreSQL users, read strictly."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hoist.secret import Secret
from hoist.strict_json import InvalidDocumentError
from rotation.errors import SecretSchemaError
from rotation.strategies.postgres.document import (
    Account,
    Login,
    Server,
    alternating_account,
    login_in,
    master_login,
    single_account,
    with_login,
)

pytestmark = pytest.mark.thorough

FIELDS = {"host": "db.example", "dbname": "shop", "username": "app", "password": "CANARY"}
PAIR = FIELDS | {"alternate_username": "app2", "masterarn": "app/master"}


def document(fields: dict[str, Any] = FIELDS, **changed: Any) -> Secret:
    return Secret(json.dumps(fields | changed))


def single(**changed: Any) -> Account:
    return single_account(document(**changed), "postgres-single-user")


def test_usual_values() -> None:
    """Four fields are enough: the port, the query, the authorities and the policy have defaults."""
    account = single()

    assert account.server == Server("db.example", 5432, "shop", "")
    assert account.login == Login("app", Secret("CANARY"))
    assert account.check_query == "SELECT 1"
    assert account.policy.length == 32


def test_fields_of_aws_are_known() -> None:
    """What the consoles of AWS write into such a secret is no obstacle."""
    single(engine="postgres", ssl=True, dbInstanceIdentifier="shop", port=6432)


@pytest.mark.parametrize(
    "changed",
    [
        {"engine": "mysql"},
        {"ssl": False},
        {"ssl": "true"},
        {"sslmode": "prefer"},
        {"host": ""},
        {"host": "/var/run/postgresql"},
        {"host": "db.example/x"},
        {"host": "-db"},
        {"host": "a..b"},
        {"host": "a" * 64},
        {"host": ".".join(["a" * 60] * 5)},
        {"host": "db\n"},
        {"port": 0},
        {"port": 65536},
        {"port": "5432"},
        {"dbname": ""},
        {"dbname": None},
        {"username": "a" * 64},
        {"username": "ä" * 32},
        {"username": "a\x00b"},
        {"username": "a\nb"},
        {"username": "\ud800"},
        {"password": ""},
        {"password": 1},
        {"policy": {"length": 7}},
        {"strategy": "postgres-alternating-users"},
        {"masterarn": "app/master"},
    ],
)
def test_other_documents_are_refused(changed: dict[str, Any]) -> None:
    """A document that could mean another server, another user or no TLS is refused."""
    with pytest.raises(InvalidDocumentError) as caught:
        single(**changed)

    assert "CANARY" not in str(caught.value)


@pytest.mark.parametrize("host", ["db", "db.example.", "my_db-1.example", "10.0.0.1", "::1"])
def test_hosts(host: str) -> None:
    """A host is a name or an address."""
    assert single(host=host).server.host == host


def test_names_are_kept_whole() -> None:
    """A name of 63 bytes is the longest that PostgreSQL keeps; any visible character may be in."""
    assert single(username="ä" * 31 + '"').login.user == "ä" * 31 + '"'


def test_no_value() -> None:
    """Without a value nobody knows whose password to change."""
    with pytest.raises(SecretSchemaError, match="no value"):
        single_account(None, "postgres-single-user")


@pytest.mark.parametrize(
    "changed",
    [
        {"alternate_username": "app"},
        {"alternate_username": None},
        {"alternate_username": "\x1b"},
        {"masterarn": None},
        {"masterarn": ""},
        {"other": 1},
        {"strategy": "postgres-single-user"},
    ],
)
def test_pairs_that_are_none(changed: dict[str, Any]) -> None:
    """Alternating users are two, and a master is named."""
    with pytest.raises(InvalidDocumentError):
        alternating_account(document(PAIR, **changed), "postgres-alternating-users")


def test_masters_of_any_form() -> None:
    """A master's secret is another's: what else stands in it does not matter."""
    value = Secret('{"username": "root", "password": "x", "novelty": [1], "host": "DB.example"}')

    assert master_login(value, single().server) == Login("root", Secret("x"))


@pytest.mark.parametrize(
    "value", ["", "[]", "{}", '{"username": "root", "password": "x", "host": "other.example"}']
)
def test_masters_that_are_refused(value: str) -> None:
    """A master without a login, or of another host, is refused."""
    with pytest.raises(InvalidDocumentError):
        master_login(Secret(value), single().server)


def test_master_without_a_value() -> None:
    """A master's secret that is empty or does not exist is told as such."""
    with pytest.raises(SecretSchemaError, match="masterarn"):
        master_login(None, single().server)


@pytest.mark.parametrize("value", [None, "", "x", "{}", '{"username": "app"}'])
def test_versions_without_a_login(value: str | None) -> None:
    """A version of another kind has no login, which is no error."""
    assert login_in(Secret(value) if value is not None else None) is None


def test_other_fields_stay() -> None:
    """A new value keeps what its owner wrote, except for the login."""
    made = with_login(document(note="keep"), Login("app2", Secret("new")))

    assert json.loads(made.reveal()) == FIELDS | {
        "note": "keep",
        "username": "app2",
        "password": "new",
    }


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


@settings(max_examples=50)
@given(
    changed=st.dictionaries(st.sampled_from([*PAIR, "port", "policy", "ca_certificate"]), JSON),
    is_pair=st.booleans(),
)
def test_any_document(changed: dict[str, Any], is_pair: bool) -> None:
    """Whatever stands in a document, it is read or refused, and a refusal shows no password."""
    read = alternating_account if is_pair else single_account
    refusals: list[InvalidDocumentError] = []
    try:
        read(document(PAIR if is_pair else FIELDS, **changed), "x")
    except InvalidDocumentError as error:
        refusals.append(error)

    assert "CANARY" not in "".join(map(str, refusals))
