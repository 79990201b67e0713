"""What any test may ask for: the real engine, a local AWS, and stacks to try things on."""

import signal
import threading
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest

from deployments import TestStack, Workshop, fresh_installation
from local.installation import LocalInstallation

# Nothing is asserted on time, and the same commit gives the same examples: the random searches are
# those of `make fuzz`.
hypothesis.settings.register_profile("hoist", deadline=None, derandomize=True)
hypothesis.settings.load_profile("hoist")

# Tests that were started in the background ignore Ctrl-C, and so would the commands under test.
is_ignored = signal.getsignal(signal.SIGINT) is signal.SIG_IGN
if is_ignored and threading.current_thread() is threading.main_thread():
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalInstallation]:
    """Hoist on a local AWS of this test process's own."""
    with fresh_installation(tmp_path_factory.mktemp("local")) as installed:
        yield installed


@pytest.fixture(scope="session")
def workshop(installation: LocalInstallation) -> Iterator[Workshop]:
    """A warm runner on the installation."""
    with installation.runner() as runner:
        yield Workshop(installation, runner)


@pytest.fixture
def stack(workshop: Workshop, tmp_path: Path) -> TestStack:
    """A fresh stack with a world of its own for the probe provider."""
    return workshop.new_stack(tmp_path)
