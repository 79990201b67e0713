"""What the commands have in common: the name of a secret, and the choice of the store."""

import re
from collections.abc import Callable
from typing import Any, TypeVar

import click

_Command = TypeVar("_Command", bound=Callable[..., Any])

_SECRET_ID = re.compile(r"[A-Za-z0-9/_+=.@!:-]{1,2048}", re.ASCII)


def _checked(context: click.Context, parameter: click.Parameter, value: str | None) -> str | None:
    if value is None or _SECRET_ID.fullmatch(value):
        return value
    raise click.BadParameter("this is neither the name nor the ARN of a secret")


def name_argument(command: _Command) -> _Command:
    """The secret, by name or ARN; the parameter `name`."""
    return click.argument("name", callback=_checked)(command)


def optional_name_argument(command: _Command) -> _Command:
    return click.argument("name", required=False, callback=_checked)(command)


def handler_option(command: _Command) -> _Command:
    """`--handler`, the parameter `handler`; empty for Hoist's own function."""
    option = click.option(
        "--handler", default="", help="A rotation function of your own, as module:function."
    )
    return option(command)


def aws_option(command: _Command) -> _Command:
    """`--aws`, the parameter `is_aws`."""
    option = click.option(
        "--aws", "is_aws", is_flag=True, help="Secrets Manager instead of the file store."
    )
    return option(command)
