"""The long search for a journal that folds differently here and in the engine.

A failure names the seed of its history:
`list(history(Random(seed), updates=UPDATES))` makes it again.
"""

from random import Random

import pytest

from journal_histories import history
from oracle import Oracle
from replay_comparison import compare_prefixes

UPDATES = 4
HISTORIES_PER_TEST = 250
FIRST_SEEDS = range(0, 5000, HISTORIES_PER_TEST)


@pytest.mark.fuzz
@pytest.mark.engine
@pytest.mark.parametrize("first_seed", FIRST_SEEDS)
def test_no_history_folds_differently(oracle: Oracle, first_seed: int) -> None:
    """Every prefix of every journal of these histories folds as the engine folds it."""
    for seed in range(first_seed, first_seed + HISTORIES_PER_TEST):
        for number, update in enumerate(history(Random(seed), updates=UPDATES)):
            comparison = compare_prefixes(oracle, update.base, update.entries)

            assert comparison.differences == (), f"seed {seed}, update {number}"
