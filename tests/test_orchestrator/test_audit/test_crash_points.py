"""A process dies before and after every single call of a changing request, and of an anchoring."""

from collections.abc import Callable
from pathlib import Path

import pytest

from audit_site import CHAIN, AuditSite, act
from storages import OpenStorage, directory_opener, memory_opener
from watched_storage import Died, Killer, Moment, Watch

Opener = Callable[[Path], OpenStorage]
STORES = pytest.mark.parametrize(
    "opener", [lambda _: memory_opener(), lambda path: directory_opener(path / "store")]
)
# The head is read, `begun` is written, the effect is no call of the store, `done` is written.
CALLS_OF_A_REQUEST = 3
CALLS_OF_AN_ANCHORING = 2


@STORES
@pytest.mark.parametrize("moment", Moment)
@pytest.mark.parametrize("at_call", range(1, CALLS_OF_A_REQUEST + 1))
def test_a_death_in_a_request(opener: Opener, tmp_path: Path, at_call: int, moment: Moment) -> None:
    """No effect is without its `begun`, no `done` without its effect, and the chain goes on."""
    site = AuditSite(opener(tmp_path))
    site.grow(1)
    effects: list[str] = []

    with pytest.raises(Died):
        site.trail(Killer(at_call=at_call, moment=moment)).record(
            CHAIN, act("dies"), lambda: effects.append("effect")
        )

    told = [each.entry.result.kind for each in site.entries()[2:]]
    assert bool(effects) <= ("begun" in told)
    assert ("done" in told) <= bool(effects)
    _expect_going_on(site, unfinished=(3,) if told == ["begun"] else ())


@STORES
def test_a_death_in_the_effect(opener: Opener, tmp_path: Path) -> None:
    """What became of the effect nobody knows: it is shown as begun, and nobody guesses."""
    site = AuditSite(opener(tmp_path))

    def die() -> None:
        raise Died

    with pytest.raises(Died):
        site.trail().record(CHAIN, act("dies"), die)

    assert site.results() == ["begun"]
    _expect_going_on(site, unfinished=(1,))


@STORES
@pytest.mark.parametrize("moment", Moment)
@pytest.mark.parametrize("at_call", range(1, CALLS_OF_AN_ANCHORING + 1))
def test_a_death_in_an_anchoring(
    opener: Opener, tmp_path: Path, at_call: int, moment: Moment
) -> None:
    """A missed anchor is made good by the next one; one that was made stays as it is."""
    site = AuditSite(opener(tmp_path))
    site.grow(1)

    with pytest.raises(Died):
        site.anchoring(Killer(at_call=at_call, moment=moment)).anchor(CHAIN)
    site.grow(1)
    site.anchoring().anchor(CHAIN)

    verdict = site.verdict()
    assert verdict.is_intact
    assert verdict.anchored_to == 4


def test_these_are_all_the_calls(site: AuditSite) -> None:
    """A request and an anchoring make no other calls than those that the tests above die at."""
    watch = Watch()
    site.grow(1)

    site.trail(watch).record(CHAIN, act(), lambda: None)
    assert len(watch.taken()) == CALLS_OF_A_REQUEST
    site.anchoring(watch).anchor(CHAIN)
    assert len(watch.taken()) == CALLS_OF_AN_ANCHORING


def _expect_going_on(site: AuditSite, *, unfinished: tuple[int, ...]) -> None:
    site.grow(1)
    site.anchoring().anchor(CHAIN)
    verdict = site.verdict()
    assert verdict.is_intact
    assert verdict.unfinished == unfinished
    assert verdict.anchored_to == verdict.entry_count
