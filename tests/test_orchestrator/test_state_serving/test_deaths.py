"""Nothing is lost, and nothing is to be done by hand, whoever dies in the middle of an update."""

from collections import Counter
from pathlib import Path

import pytest

from orchestrator.engine.host.zygotes import Zygote
from serving_cli import LaptopCli, laptop_cli, new_stack, served_backend
from serving_deaths import Victim, run_with_a_death
from serving_process import ServingProcess, serving

MANY = range(1000, 1100)


@pytest.mark.engine
@pytest.mark.thorough
@pytest.mark.parametrize("seed", range(10))
def test_the_next_up_goes_on(seed: int, cli: LaptopCli, server: ServingProcess) -> None:
    """After a kill at a moment that the seed chooses, the next `up` works, and nothing is lost."""
    run_with_a_death(new_stack(cli), server, seed)


@pytest.mark.fuzz
@pytest.mark.timeout(3600)
def test_the_next_up_goes_on_a_hundred_times(tmp_path: Path, zygote: Zygote) -> None:
    """The same for a hundred seeds, one of which a failure names."""
    deaths = []
    for seed in MANY:
        directory = tmp_path / str(seed)
        with serving(directory / "store") as server:
            backend = served_backend(server.url, server.access_token)
            stack = new_stack(laptop_cli(directory / "laptop", zygote, backend))
            deaths.append(run_with_a_death(stack, server, seed))
    in_the_middle = Counter(death.victim for death in deaths if death.was_in_the_middle)
    assert min(in_the_middle[victim] for victim in Victim) > 10
