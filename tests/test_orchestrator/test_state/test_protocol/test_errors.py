"""Every error has its status, and says it the way the CLI reads it."""

import importlib
import json
import pkgutil
from collections.abc import Iterator

import pytest

import orchestrator.state
from hoist.errors import HoistError
from orchestrator.state import errors, stack_keys
from orchestrator.state.protocol import access, http
from orchestrator.state.protocol.http import error_answer, status_of
from orchestrator.state.stores import errors as store_errors

EXPECTED = {
    access.UnauthenticatedError: 401,
    access.AccessDeniedError: 403,
    http.RequestTooLargeError: 413,
    errors.StoreUnavailableError: 503,
    errors.StateConflictError: 409,
    errors.RecordChangedError: 409,
    errors.ObjectChangedError: 409,
    errors.SlotTakenError: 409,
    errors.LogGapError: 409,
    errors.UpdateInProgressError: 409,
    errors.StackExistsError: 409,
    errors.StackNotEmptyError: 400,
    errors.NotConflictedError: 409,
    errors.UpdateLostError: 409,
    errors.StackNotFoundError: 404,
    errors.UpdateNotFoundError: 404,
    errors.BadRequestError: 400,
    errors.JournalEntryError: 400,
    errors.CorruptStateError: 409,
    stack_keys.ForeignSecretsError: 400,
    store_errors.RefusedKeyError: 400,
    store_errors.RecordTooLargeError: 400,
    store_errors.StoreAccessError: 503,
    store_errors.StoreSetupError: 503,
}


@pytest.mark.parametrize(("kind", "status"), EXPECTED.items(), ids=lambda value: str(value))
def test_status(kind: type[HoistError], status: int) -> None:
    """Each error has the status of the table."""
    assert status_of(kind("it")) == status


def test_table_is_whole() -> None:
    """No error of the state service is missing from the table above."""
    assert {kind for kind in _kinds(HoistError) if _is_of_the_service(kind)} == set(EXPECTED)


def test_unthought_of_error_is_500() -> None:
    """An error that is nobody's fault here is an internal one, and not retried as another."""

    class StrangeError(HoistError):
        """Nobody has thought of it."""

    assert status_of(StrangeError("it")) == 500


@pytest.mark.parametrize("kind", EXPECTED, ids=lambda kind: str(kind.__name__))
def test_body_repeats_status(kind: type[HoistError]) -> None:
    """The body has the status as `code`: without it the CLI does not even know a 404."""
    answer = error_answer(kind("the sentence", way_out="the way out"))

    assert json.loads(answer.body)["code"] == answer.status


def test_message_has_way_out() -> None:
    """The CLI prints one line: the sentence, and what to do about it."""
    answer = error_answer(errors.UpdateLostError("it was taken over", way_out="start anew"))

    assert json.loads(answer.body)["message"] == "it was taken over; start anew"


def test_message_without_way_out() -> None:
    """A sentence without a way out stands alone."""
    answer = error_answer(errors.UpdateLostError("it was taken over"))

    assert json.loads(answer.body)["message"] == "it was taken over"


def test_non_empty_stack_has_the_exact_text() -> None:
    """The CLI shows its own help on removal for exactly this text."""
    answer = error_answer(errors.StackNotEmptyError("stack 'a/b' still contains resources"))

    assert json.loads(answer.body)["message"] == "Bad Request: Stack still contains resources."


def _is_of_the_service(kind: type[HoistError]) -> bool:
    module = kind.__module__
    # Those of `hoist state serve` are for whoever types the command: none of them is answered.
    of_the_command = module.startswith(f"{orchestrator.state.__name__}.serving.")
    return module.startswith(f"{orchestrator.state.__name__}.") and not of_the_command


def _kinds(kind: type[HoistError]) -> Iterator[type[HoistError]]:
    for module in pkgutil.walk_packages(orchestrator.state.__path__, "orchestrator.state."):
        importlib.import_module(module.name)
    for child in kind.__subclasses__():
        yield child
        yield from _kinds(child)
