"""Reads a config value from where it may come: the command line, a pipe, a prompt."""

import sys

import click

from hoist.errors import UsageError
from hoist.secret import Secret


class ConfigValueError(UsageError):
    """There is no value, or it came by a way on which it cannot stay a secret."""

    code = "config_value"


def read_plain(key: str, argument: str | None) -> str:
    """The argument, or else what is piped in or typed."""
    return _read(key, is_hidden=False) if argument is None else argument


def refuse_argument(key: str, argument: str | None) -> None:
    """Raise ConfigValueError if a secret value was given on the command line.

    Other users see the arguments of a process, and the shell keeps them in its history.
    """
    if argument is not None:
        raise ConfigValueError(
            "a secret value is not taken from the command line, where others can read it",
            way_out=f"`hoist config set --secret {key}` asks for it;"
            f" a script pipes it in: `hoist config set --secret {key} < file`",
        )


def read_secret(key: str) -> Secret:
    """What is piped in or typed unseen."""
    return Secret(_read(key, is_hidden=True))


def _read(key: str, *, is_hidden: bool) -> str:
    stdin = sys.stdin
    if stdin.isatty():
        value: str = click.prompt(f"Value of {key}", hide_input=is_hidden, err=True)
        return value
    # What `echo` and editors put behind a value is no part of it.
    value = stdin.read().removesuffix("\n").removesuffix("\r")
    if not value:
        raise ConfigValueError(
            f"no value for {key} came on standard input",
            way_out="pipe it in, or run the command on a terminal, where it asks",
        )
    return value
