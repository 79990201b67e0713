"""The engine's own replayer, for the tests that compare with it."""

from collections.abc import Iterator

import pytest

from oracle import Oracle, running_oracle


@pytest.fixture(scope="session")
def oracle() -> Iterator[Oracle]:
    """One oracle for all tests of this process; the first of all builds it."""
    with running_oracle() as running:
        yield running
