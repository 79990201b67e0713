"""Twenty clients of a database through a rotation of its password: nobody is left outside."""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from doctor_clients import ClientSite
from hoist.secret import Secret
from hoist.secrets.cached import Cached
from postgres_server import PostgresServer, running_postgres
from postgres_site import ALTERNATING, SINGLE, Estate, login_of, make_database
from rotation.steps import Stage
from rotation.strategies.postgres.alternating_users import PostgresAlternatingUsers
from rotation.strategies.postgres.driver import PostgresServers
from rotation.strategies.postgres.failures import LoginRefusedError
from rotation.strategies.postgres.single_user import PostgresSingleUser
from rotation.versions import SecretVersions

pytestmark = pytest.mark.thorough


@pytest.fixture
def site(tmp_path: Path) -> ClientSite:
    return ClientSite(tmp_path)


@pytest.fixture(scope="module")
def server() -> Iterator[PostgresServer]:
    with running_postgres() as running:
        make_database(running)
        yield running


@pytest.fixture
def estate(server: PostgresServer) -> Estate:
    return Estate(server)


@pytest.mark.parametrize("strategy", [SINGLE, ALTERNATING])
def test_database_logins(site: ClientSite, estate: Estate, strategy: str) -> None:
    """No client of a database is ever left outside; with two users not one login is refused."""
    servers, versions = PostgresServers(), SecretVersions(site.store)
    superuser = estate.server.superuser
    master = {"username": superuser.user, "password": superuser.password.reveal()}
    site.secret(json.dumps(master), "generated", name="app/master")
    document = estate.document() if strategy == SINGLE else estate.alternating()
    arn = site.secret(document, strategy)
    alternating = PostgresAlternatingUsers(
        servers, lambda name: versions.with_stage(name, Stage.CURRENT)
    )
    single = PostgresSingleUser(servers)
    traits = single.traits if strategy == SINGLE else alternating.traits
    logins = Counter[bool]()

    def log_in(value: Secret) -> None:
        try:
            with servers.session(estate.at, login_of(value.reveal())):
                logins[True] += 1
        except LoginRefusedError:
            logins[False] += 1
            raise

    def request(cache: Cached, others: Sequence[Cached]) -> None:
        cache.use(log_in, refused=LoginRefusedError)

    engine = site.engine(
        {SINGLE: lambda: single, ALTERNATING: lambda: alternating}, lambda event: None
    )
    with site.fleet(arn, request, fallbacks=traits.fallbacks) as fleet:
        fleet.rotate(site, engine, arn)

        assert fleet.failures == []
        assert bool(logins[False]) == (strategy == SINGLE)
