"""An installation in memory, and the real CLI with what it needs."""

from collections.abc import Iterator

import pytest

from api_estate import InMemoryEstate
from orchestrator.engine.host.zygotes import Zygote


@pytest.fixture
def estate() -> InMemoryEstate:
    return InMemoryEstate()


@pytest.fixture(scope="session")
def zygote() -> Iterator[Zygote]:
    """The host of programs, warm."""
    started = Zygote()
    yield started
    started.close()
