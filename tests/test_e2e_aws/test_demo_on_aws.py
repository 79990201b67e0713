"""What the demo does on a local AWS, on an account: by `make e2e`, which costs some cents.

The commands talk to the server in HOIST_SERVER, which `make e2e` sets, as AWS's tools would find
you: sign in to AWS first.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from rich.console import Console

from hoist.cli.exit_codes import ExitCode
from local.demo import SAMPLES, Demo, copy_sample, deploy_shop, run_two_stacks

REPOSITORY = Path(__file__).resolve().parents[2]
# An account that somebody works in may be the slower one.
pytestmark = pytest.mark.timeout(1800)


@pytest.fixture
def demo() -> Iterator[Demo]:
    """Signed in, until the end."""
    demo = Demo(Console(stderr=True), Path(sys.executable).with_name("hoist"), REPOSITORY)
    demo.run("login")
    yield demo
    demo.run("logout")


def test_two_stacks_on_an_account(demo: Demo, tmp_path: Path) -> None:
    """Config, preview, update, outputs, a viewer who is not let in, two stacks at once, a cancelled
    run: all as on the local AWS; and all that was made is gone then.
    """
    shop, garden = (tmp_path / name for name in ("shop", "garden"))
    for place in (shop, garden):
        copy_sample(REPOSITORY / SAMPLES / place.name, place)
    try:
        deploy_shop(demo, str(shop), shop)
        run_two_stacks(demo, str(shop), str(garden))
    finally:
        for place in (shop, garden):
            demo.run("destroy", str(place), "--yes", may_end_with=[ExitCode.USAGE])
    assert demo.run("health", may_end_with=list(ExitCode)) is not ExitCode.HEALTH_FAILS
