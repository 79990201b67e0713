"""A served store, and a laptop with the plain Pulumi CLI on it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from orchestrator.engine.host.zygotes import Zygote
from serving_cli import LaptopCli, laptop_cli, served_backend
from serving_process import ServingProcess, serving


@pytest.fixture(scope="session")
def zygote() -> Iterator[Zygote]:
    """The host of programs, warm."""
    started = Zygote()
    yield started
    started.close()


@pytest.fixture
def server(tmp_path: Path) -> Iterator[ServingProcess]:
    """`hoist state serve` on a store of its own."""
    with serving(tmp_path / "store") as running:
        yield running


@pytest.fixture
def cli(tmp_path: Path, zygote: Zygote, server: ServingProcess) -> LaptopCli:
    """A laptop that is logged into the server."""
    backend = served_backend(server.url, server.access_token)
    return laptop_cli(tmp_path / "laptop", zygote, backend)
