"""An issuer for each process of tests, and a shop of its own for each test."""

from collections.abc import Iterator

import pytest

from api_key_issuer import RunningIssuer, running_issuer
from api_key_site import ApiKeySite


@pytest.fixture(scope="session")
def issuer() -> Iterator[RunningIssuer]:
    with running_issuer() as running:
        yield running


@pytest.fixture
def site(issuer: RunningIssuer) -> ApiKeySite:
    return ApiKeySite(issuer=issuer)
