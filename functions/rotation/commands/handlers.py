"""Rotation functions that a person names as `module:function`."""

import sys
import traceback
from collections.abc import Callable, Mapping
from contextlib import redirect_stdout
from importlib import import_module
from pathlib import Path

from hoist.cli.context import CliContext
from hoist.errors import UsageError
from hoist.rotation_engine.seams import Handler
from rotation.doctor.errors import HandlerUnusableError

Tell = Callable[[Exception], None]
"""Shows an error of a foreign function to its author."""


class ForeignHandlerError(Exception):
    """What a foreign function ended with: its kind alone, since its text may quote a value."""


def say_nothing(error: Exception) -> None:
    """For whoever did not ask to see errors."""


def print_trace(error: Exception) -> None:
    """For whoever did: text and all, on standard error."""
    traceback.print_exception(error, file=sys.stderr)


def chosen_handler(target: str, context: CliContext, *, is_aws: bool) -> Handler | None:
    """The function that `--handler` names; None if it names none. Raises UsageError."""
    if not target:
        return None
    if is_aws:
        raise UsageError(
            "--handler does not go with --aws: Secrets Manager calls the function of the secret",
            way_out="set that one: `aws secretsmanager rotate-secret --rotation-lambda-arn ...`",
        )
    tell = print_trace if context.environ.get("HOIST_DEBUG") == "1" else say_nothing
    return named_handler(target, directory=Path.cwd(), tell=tell)


def named_handler(target: str, *, directory: Path, tell: Tell = say_nothing) -> Handler:
    """The function, looked for in `directory` first; raises HandlerUnusableError.

    What it prints goes to standard error. What it raises is told, then cut down to its kind.
    """
    module_name, _, name = target.partition(":")
    if not module_name or not name:
        raise _unusable(f"{target!r} does not have the form module:function")
    found = _attribute(module_name, name, directory=directory)
    if not callable(found):
        raise _unusable(f"{target} is not a function")
    return _contained(found, tell)


def _attribute(module_name: str, name: str, *, directory: Path) -> object:
    if str(directory) not in sys.path:
        sys.path.insert(0, str(directory))
    try:
        with redirect_stdout(sys.stderr):
            return getattr(import_module(module_name), name)
    except Exception as error:  # noqa: BLE001 - the door to a foreign module
        raise _unusable(f"{module_name}:{name} cannot be imported: {_words(error)}") from error


def _words(error: Exception) -> str:
    # The text of these names modules and attributes; that of others may be anything.
    is_plain = isinstance(error, ImportError | AttributeError)
    return f"{type(error).__name__}: {error}" if is_plain else type(error).__name__


def _contained(function: Callable[..., object], tell: Tell) -> Handler:
    def handle(event: Mapping[str, str], context: object) -> object:
        with redirect_stdout(sys.stderr):
            try:
                return function(event, context)
            except Exception as error:  # noqa: BLE001 - the door to a foreign function
                tell(error)
                raise ForeignHandlerError(type(error).__name__) from None

    return handle


def _unusable(fault: str) -> HandlerUnusableError:
    return HandlerUnusableError(
        fault, way_out="name a function that takes (event, context), as in `app.rotation:handle`"
    )
