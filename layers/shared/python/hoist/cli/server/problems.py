"""Turns a problem that the server tells (`application/problem+json`) into one of our errors."""

from collections.abc import Iterable
from dataclasses import dataclass

from hoist.cli.server.errors import (
    NotAllowedError,
    RequestRefusedError,
    ServerConflictError,
    ServerFaultError,
)
from hoist.errors import HoistError

_KIND_BY_STATUS: dict[int, type[HoistError]] = {
    401: NotAllowedError,
    403: NotAllowedError,
    409: ServerConflictError,
    # Too many requests: nothing is wrong with this one.
    429: ServerFaultError,
}


@dataclass(frozen=True, slots=True)
class InvalidField:
    """A field that the server does not take, and why."""

    field: str
    message: str


@dataclass(frozen=True, slots=True)
class Problem:
    """What a problem document says; all of it may be missing."""

    title: str = ""
    code: str = ""
    detail: str = ""
    way_out: str = ""
    errors: tuple[InvalidField, ...] = ()


def error_of(status: int, problem: Problem) -> HoistError:
    """The error for an answer of this status; its kind decides about the exit code."""
    kind = _KIND_BY_STATUS.get(status)
    if kind is None:
        kind = ServerFaultError if status >= 500 else RequestRefusedError
    message = problem.detail or f"the server answered {status} {problem.title}".rstrip()
    error = kind(message + _told(problem.errors), way_out=problem.way_out)
    if problem.code:
        error.code = problem.code
    return error


def _told(fields: Iterable[InvalidField]) -> str:
    return "".join(f"\n  {invalid.field}: {invalid.message}" for invalid in fields)
