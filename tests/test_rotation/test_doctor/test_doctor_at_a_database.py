"""The doctor asks a real database which passwords it takes."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from doctor_site import DoctorSite
from hoist.cli.exit_codes import ExitCode
from hoist.clock import SystemClock
from postgres_server import PostgresServer, running_postgres
from postgres_site import ALTERNATING, OLD_PASSWORD, SINGLE, Estate, make_database
from rotation import wiring
from rotation.commands.local_function import local_function
from rotation.settings import RotationSettings

pytestmark = pytest.mark.thorough

NAME = "app/db"


@pytest.fixture(scope="module")
def server() -> Iterator[PostgresServer]:
    with running_postgres() as running:
        make_database(running)
        yield running


@pytest.fixture
def estate(server: PostgresServer) -> Estate:
    return Estate(server)


@pytest.fixture
def site(tmp_path: Path, estate: Estate) -> DoctorSite:
    made = DoctorSite(tmp_path)
    made.secret(NAME, estate.document(), SINGLE)
    return made


def die_after(site: DoctorSite, *steps: str) -> None:
    """A rotation whose process does so much and no more."""
    token = site.begin_rotation(NAME)
    makers = wiring.strategies(RotationSettings(), SystemClock())
    function = local_function(site.store, makers, site.clock)
    for step in steps:
        function({"Step": step, "SecretId": NAME, "ClientRequestToken": token}, None)


def answers(site: DoctorSite) -> dict[str, str]:
    target = site.json("doctor", NAME)[0]["target"]
    return {stage: each["answer"] for stage, each in target.items()}


def test_value_that_is_only_stored(site: DoctorSite) -> None:
    """Before the target has changed the old value is live, and the rotation may be given up."""
    die_after(site, "createSecret")

    assert answers(site) == {
        "AWSCURRENT": "live",
        "AWSPENDING": "refused",
        "AWSPREVIOUS": "not asked",
    }
    assert site.run("doctor", NAME, "--back", "--apply").exit_code == ExitCode.OK


def test_value_that_only_the_target_knows(site: DoctorSite, estate: Estate) -> None:
    """Once the target has changed there is only the way forward, and the doctor goes it."""
    die_after(site, "createSecret", "setSecret")

    assert site.ailments(NAME) == ["only_pending_live"]
    assert site.json("doctor", NAME, "--back")["error"]["code"] == "roll_back_refused"
    assert not estate.lets_in(site.value(NAME))

    assert site.run("doctor", NAME, "--apply").exit_code == ExitCode.OK

    assert estate.lets_in(site.value(NAME))
    assert site.labels(NAME) == [["AWSCURRENT"], ["AWSPREVIOUS"]]


def test_database_from_a_backup(site: DoctorSite, estate: Estate) -> None:
    """A database that knows the password before the last one gets its label back."""
    site.run("rotate", NAME)
    estate.set_password(estate.user, OLD_PASSWORD)

    assert site.ailments(NAME) == ["current_refused"]
    assert site.run("doctor", NAME, "--apply").exit_code == ExitCode.OK
    assert estate.lets_in(site.value(NAME))


def test_password_that_nobody_knows(site: DoctorSite, estate: Estate) -> None:
    """A password that was set past the secret cannot be mended by labels: nothing is done."""
    estate.set_password(estate.user, "CANARY-set-by-hand")

    ran = site.run("doctor", NAME, "--apply")

    assert ran.exit_code == ExitCode.FAILED
    assert "nobody_let_in" in ran.out
    assert site.labels(NAME) == [["AWSCURRENT"]]


def test_poisonous_password(site: DoctorSite, estate: Estate) -> None:
    """A pending value that the strategy will never set is replaced, and the database follows."""
    poison = json.loads(estate.document()) | {"username": estate.other}
    site.begin_rotation(NAME, json.dumps(poison))

    assert site.ailments(NAME) == ["poison_pending"]
    assert site.run("doctor", NAME, "--apply").exit_code == ExitCode.OK
    assert estate.lets_in(site.value(NAME))
    assert not estate.lets_in(site.value(NAME, "AWSPREVIOUS"))


def test_server_that_is_away(site: DoctorSite, estate: Estate) -> None:
    """A server that does not answer has refused nothing: no label moves."""
    gone = json.loads(estate.document()) | {"port": estate.server.plain_port}
    site.store.put_secret_value(SecretId=NAME, SecretString=json.dumps(gone))

    ran = site.run("doctor", NAME, "--apply")

    assert ran.exit_code == ExitCode.FAILED
    assert site.ailments(NAME) == ["target_unknown"]


def test_two_users_in_turns(site: DoctorSite, estate: Estate) -> None:
    """The master's login comes from the same store, and both users' logins are live."""
    superuser = estate.server.superuser
    master = {"username": superuser.user, "password": superuser.password.reveal()}
    site.secret("app/master", json.dumps(master))
    site.store.tag_resource(
        SecretId=NAME, Tags=[{"Key": "hoist:rotation-strategy", "Value": ALTERNATING}]
    )
    site.store.put_secret_value(SecretId=NAME, SecretString=estate.alternating())

    assert site.run("rotate", NAME).exit_code == ExitCode.OK
    assert site.run("doctor", NAME).exit_code == ExitCode.OK
    found = answers(site)
    assert (found["AWSCURRENT"], found["AWSPREVIOUS"]) == ("live", "live")
