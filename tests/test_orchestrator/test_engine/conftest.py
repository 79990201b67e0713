"""What tests of the engine room ask for beyond the installation."""

from collections.abc import Iterator

import pytest

from bare_agreement import BareAgreement
from deployments import BareCli
from local.installation import LocalInstallation
from orchestrator.engine.host.zygotes import Zygote
from small_engine import SmallEngine, serving_small_engine


@pytest.fixture(scope="session")
def zygote() -> Iterator[Zygote]:
    """A program host of the test's own, beside the runner's."""
    zygote = Zygote()
    yield zygote
    zygote.close()


@pytest.fixture(scope="session")
def bare_cli(installation: LocalInstallation, tmp_path_factory: pytest.TempPathFactory) -> BareCli:
    """Pulumi's own CLI, logged in to the state bucket."""
    return BareCli(installation, tmp_path_factory.mktemp("bare"))


@pytest.fixture(scope="session")
def bare_cli_agrees(
    bare_cli: BareCli, zygote: Zygote, tmp_path_factory: pytest.TempPathFactory
) -> BareAgreement:
    """Called with a stack, checks that Pulumi's own CLI sees it as Hoist does."""
    return BareAgreement(bare_cli, zygote, tmp_path_factory.mktemp("laptop"))


@pytest.fixture(scope="session")
def small_engine(zygote: Zygote) -> Iterator[SmallEngine]:
    """Runs programs through the test's own program host."""
    with serving_small_engine(zygote) as engine:
        yield engine
