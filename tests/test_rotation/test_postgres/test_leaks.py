"""No password leaves: not in an error, not in the function's log, not in the server's own."""

import logging
import traceback
from collections.abc import Callable

import pytest

from postgres_server import WRONG_HOST
from postgres_site import ALTERNATING, OLD_PASSWORD, SINGLE, Estate, PostgresSite, password_in
from rotation.messages import Step
from rotation.strategies.postgres.identifiers import quoted
from rotation_site import TOKEN, event_for

pytestmark = pytest.mark.thorough

FAULTY_DOCUMENTS: list[dict[str, object]] = [
    {},
    {"password": "CANARY-wrong"},
    {"password": ["CANARY"]},
    {"username": "CANARY-nobody"},
    {"alternate_username": "CANARY\x00"},
    {"host": WRONG_HOST},
    {"host": "CANARY.invalid"},
    {"port": 1},
    {"port": "CANARY"},
    {"dbname": "CANARY"},
    {"ca_certificate": "CANARY"},
    {"check_query": "SELECT 'CANARY' FROM nothing"},
    {"policy": {"exclude_characters": 1, "CANARY": 2}},
    {"CANARY": "CANARY"},
]


def lost_users(estate: Estate) -> None:
    for user in (estate.user, estate.other):
        estate.do(f"DROP ROLE IF EXISTS {quoted(user)}")


def changed_passwords(estate: Estate) -> None:
    lost_users(estate)
    for user in (estate.user, estate.other):
        estate.do(f"CREATE ROLE {quoted(user)} LOGIN IN ROLE {quoted(estate.role)}")
        estate.set_password(user, "CANARY-by-hand")


def revoked_rights(estate: Estate) -> None:
    estate.do(f"REVOKE SELECT ON orders FROM {quoted(estate.role)}")


def document(estate: Estate, strategy: str, changed: dict[str, object]) -> str:
    return (estate.alternating if strategy == ALTERNATING else estate.document)(**changed)


def started(site: PostgresSite, value: str, strategy: str) -> str:
    arn = site.secret(value, strategy=strategy)
    site.store.add_placeholder(arn, TOKEN)
    return arn


def shown(caplog: pytest.LogCaptureFixture) -> str:
    return caplog.text + repr([vars(line) for line in caplog.records])


@pytest.mark.parametrize("strategy", [SINGLE, ALTERNATING])
@pytest.mark.parametrize("changed", FAULTY_DOCUMENTS)
def test_faulty_documents(
    site: PostgresSite,
    estate: Estate,
    caplog: pytest.LogCaptureFixture,
    strategy: str,
    changed: dict[str, object],
) -> None:
    """Whatever is wrong with a secret, no value of its fields is in an error or a log line."""
    caplog.set_level(logging.DEBUG)
    arn = started(site, document(estate, strategy, changed), strategy)

    failures = [failure_of(site, event_for(arn, step.value)) for step in Step]

    assert "CANARY" not in "".join(failures) + shown(caplog)


@pytest.mark.parametrize(
    ("strategy", "accident"),
    [
        (SINGLE, lost_users),
        (SINGLE, changed_passwords),
        (SINGLE, revoked_rights),
        # The master mends changed passwords.
        (ALTERNATING, lost_users),
        (ALTERNATING, revoked_rights),
    ],
)
def test_failures_on_the_way(
    site: PostgresSite,
    estate: Estate,
    caplog: pytest.LogCaptureFixture,
    strategy: str,
    accident: Callable[[Estate], None],
) -> None:
    """When the database changes after the value was made, the steps that fail show no password,
    and the server's log has every statement and no password either."""
    caplog.set_level(logging.DEBUG)
    arn = started(site, document(estate, strategy, {}), strategy)
    assert failure_of(site, event_for(arn)) == ""
    accident(estate)

    failures = [failure_of(site, event_for(arn, step.value)) for step in Step]

    assert any(failures)
    server_log = estate.server.log.read_text(errors="replace")
    assert f"ALTER ROLE {quoted(estate.user)}" in server_log
    everything = "".join(failures) + shown(caplog) + server_log
    made = password_in(site.store.value(arn, "AWSPENDING"))
    master = estate.server.superuser.password.reveal()
    passwords = [made, master, OLD_PASSWORD, "CANARY-by-hand"]
    assert [password for password in passwords if password in everything] == []


def failure_of(site: PostgresSite, event: object) -> str:
    """All that the error of a step shows, with its causes; empty if it ends well."""
    try:
        site.handle(event)
    except Exception as error:  # noqa: BLE001 - whatever it is, it must not leak
        return "".join(traceback.format_exception(error))
    return ""
