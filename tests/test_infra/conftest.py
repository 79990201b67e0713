"""The kinds of installation."""

import pytest

from hoist_program import EMULATOR_SETTINGS, installation
from recorded_program import Recording


@pytest.fixture(scope="session")
def dev() -> Recording:
    return installation("dev")


@pytest.fixture(scope="session")
def prod() -> Recording:
    return installation("prod")


@pytest.fixture(scope="session")
def emulated() -> Recording:
    return installation("dev", **EMULATOR_SETTINGS)
