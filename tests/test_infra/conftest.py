"""The two kinds of installation."""

import pytest

from hoist_program import installation
from recorded_program import Recording


@pytest.fixture(scope="session")
def dev() -> Recording:
    return installation("dev")


@pytest.fixture(scope="session")
def prod() -> Recording:
    return installation("prod")
