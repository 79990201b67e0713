"""A server for each process of tests, and an estate of its own for each test."""

from collections.abc import Iterator

import pytest

from postgres_server import PostgresServer, running_postgres
from postgres_site import Estate, PostgresSite, make_database


@pytest.fixture(scope="session")
def server() -> Iterator[PostgresServer]:
    with running_postgres() as running:
        make_database(running)
        yield running


@pytest.fixture
def estate(server: PostgresServer) -> Estate:
    return Estate(server)


@pytest.fixture
def site(estate: Estate) -> PostgresSite:
    return PostgresSite(estate=estate)
