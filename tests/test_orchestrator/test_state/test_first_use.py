"""Stacks that come into being when they are first used."""

import pytest

from local_states import UnwrappedDataKeys
from orchestrator.state.errors import StackNotFoundError
from orchestrator.state.first_use import find_or_make, require_used
from run_sites import MeanwhileAt
from state_sites import DEV, Site

KEYS = UnwrappedDataKeys()


def test_the_first_use_makes_a_stack() -> None:
    """With a data key of its own; the second finds it."""
    stacks = Site().service().stacks

    first = find_or_make(stacks, DEV, data_keys=KEYS)
    second = find_or_make(stacks, DEV, data_keys=KEYS)

    assert (first.is_new, second.is_new) == (True, False)
    assert first.record == second.record
    assert first.record.secrets


def test_two_may_be_first_at_once() -> None:
    """Both get the one stack that is there then, and one of them has made it."""
    site = Site()
    other = site.service().stacks
    meet = MeanwhileAt(at_call=2, action=lambda: find_or_make(other, DEV, data_keys=KEYS))

    used = find_or_make(site.service(meet).stacks, DEV, data_keys=KEYS)

    assert not used.is_new
    assert used.record == other.require(DEV)


def test_what_is_not_used_yet_says_how_it_may_be() -> None:
    """A stack that is not there is told with the commands that make one."""
    with pytest.raises(StackNotFoundError, match="shop/dev") as raised:
        require_used(Site().service().stacks, DEV)

    assert "hoist up" in raised.value.way_out
