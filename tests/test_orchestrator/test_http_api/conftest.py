"""An API over an installation in memory, and who may do anything there."""

import pytest

from api_estate import InMemoryEstate
from api_requests import ApiClient


@pytest.fixture
def estate() -> InMemoryEstate:
    return InMemoryEstate()


@pytest.fixture
def client(estate: InMemoryEstate) -> ApiClient:
    return estate.client


@pytest.fixture
def stack(client: ApiClient) -> str:
    """The path of a stack that is there."""
    assert client.post("/v1/stacks", {"project": "shop", "stack": "dev"}).status == 201
    return "/v1/stacks/shop/dev"
