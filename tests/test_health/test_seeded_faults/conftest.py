"""One deployed Hoist to break things in."""

from collections.abc import Iterator

import pytest

from deployments import Workshop
from health_seeded import SeededHoist, seeded_hoist
from orchestrator.engine.results import Outcome


@pytest.fixture(scope="session")
def hoist(workshop: Workshop, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SeededHoist]:
    made = seeded_hoist(workshop, tmp_path_factory.mktemp("hoist"))
    yield made
    assert made.deployed.stack.destroy().outcome is Outcome.SUCCEEDED
