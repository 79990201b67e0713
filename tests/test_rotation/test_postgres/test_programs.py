"""Twenty programs that use a database while its password rotates."""

import pytest

from postgres_programs import Programs
from postgres_site import ALTERNATING, SINGLE, Estate, PostgresSite
from rotation.steps import Stage

pytestmark = pytest.mark.thorough

PROGRAMS = 20


@pytest.fixture
def site(estate: Estate) -> PostgresSite:
    """One whose engine, too, takes turns at the store with the programs."""
    return PostgresSite(estate=estate, has_mortal_engine=True)


def rotate(site: PostgresSite, programs: Programs, *, times: int) -> None:
    with programs.running(PROGRAMS):
        for _ in range(times):
            programs.let_each_work()
            assert site.engine.rotate(programs.arn).failure is None
        programs.let_each_work()


def alternating(site: PostgresSite, estate: Estate, *, times: int) -> Programs:
    arn = site.secret(estate.alternating(), strategy=ALTERNATING)
    programs = Programs(site, estate, arn, [Stage.CURRENT])
    rotate(site, programs, times=times)
    return programs


def single(site: PostgresSite, estate: Estate, *, times: int) -> Programs:
    arn = site.secret(estate.document(), strategy=SINGLE)
    fallbacks = site.strategies[SINGLE]().traits.fallbacks
    # The pending value may become current between the two looks, and lose its label.
    labels = [Stage.CURRENT, *fallbacks, Stage.CURRENT]
    programs = Programs(site, estate, arn, labels)
    rotate(site, programs, times=times)
    return programs


def test_alternating_users_refuse_nobody(site: PostgresSite, estate: Estate) -> None:
    """Programs that read the current value before each login are never refused."""
    programs = alternating(site, estate, times=1)

    assert (programs.refused, programs.failed) == (0, [])


def test_single_user_fails_nobody(site: PostgresSite, estate: Estate) -> None:
    """Programs that fall back as the strategy says get in, though their first login may not."""
    assert single(site, estate, times=1).failed == []


@pytest.mark.fuzz
def test_many_rotations(site: PostgresSite, estate: Estate) -> None:
    """The same through many rotations of a pair."""
    programs = alternating(site, estate, times=10)

    assert (programs.refused, programs.failed) == (0, [])


@pytest.mark.fuzz
def test_many_rotations_of_one(site: PostgresSite, estate: Estate) -> None:
    """The same through many rotations of a single user."""
    assert single(site, estate, times=10).failed == []
