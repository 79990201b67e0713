"""The kinds of installation, recorded and deployed."""

from collections.abc import Iterator

import pytest

from deployed_hoist import DeployedHoist, hoist_to_deploy
from deployments import Workshop
from hoist_program import EMULATOR_SETTINGS, installation
from orchestrator.engine.results import Outcome
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


@pytest.fixture(scope="session")
def hoist(workshop: Workshop, tmp_path_factory: pytest.TempPathFactory) -> Iterator[DeployedHoist]:
    """On the local AWS, for as long as the tests of this folder run."""
    made = hoist_to_deploy(workshop, tmp_path_factory.mktemp("hoist"))
    result = made.stack.up()
    assert result.outcome is Outcome.SUCCEEDED, result
    yield made
    assert made.stack.destroy().outcome is Outcome.SUCCEEDED
