"""Signals as exceptions, where a command waits."""

import os
import signal

import pytest

from hoist.cli.interruptions import Interruption, Interruptions


def interrupt(number: int = signal.SIGINT) -> None:
    os.kill(os.getpid(), number)


@pytest.mark.parametrize(
    ("number", "is_from_keyboard"), [(signal.SIGINT, True), (signal.SIGTERM, False)]
)
def test_a_signal_comes_at_once_where_it_may(number: int, is_from_keyboard: bool) -> None:
    """Within the block it is an exception that knows whether a person pressed a key."""
    with (
        Interruptions() as interruptions,
        pytest.raises(Interruption) as caught,
        interruptions.may_come(),
    ):
        interrupt(number)

    assert caught.value.is_from_keyboard is is_from_keyboard


def test_elsewhere_it_waits_for_the_next_block() -> None:
    """What the command is doing is not torn apart, and nothing is forgotten."""
    told = []
    with Interruptions() as interruptions:
        interrupt()
        told.append("undisturbed")
        with pytest.raises(Interruption), interruptions.may_come():
            told.append("never")
        with interruptions.may_come():
            told.append("once only")

    assert told == ["undisturbed", "once only"]


def test_who_insists_is_heard_wherever_it_is() -> None:
    """A second signal before the first one could be heeded ends what takes so long."""
    with Interruptions():
        interrupt()
        with pytest.raises(KeyboardInterrupt):
            interrupt()


def test_afterwards_all_is_as_before() -> None:
    """The handlers that were there are there again, also after an exception."""
    before = signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)

    with pytest.raises(Interruption), Interruptions() as interruptions, interruptions.may_come():
        interrupt()

    assert (signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)) == before


def test_what_a_shell_had_ignored_stays_ignored() -> None:
    """A command in the background does not hear the Ctrl-C that is meant for another."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with Interruptions() as interruptions, interruptions.may_come():
            interrupt()
    finally:
        signal.signal(signal.SIGINT, before)
