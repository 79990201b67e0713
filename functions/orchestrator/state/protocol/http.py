"""A request and its answer, and the one place where errors become status codes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from hoist.errors import EnvironmentFaultError, HoistError, UsageError
from orchestrator.state.errors import (
    BadRequestError,
    CorruptStateError,
    StackNotEmptyError,
    StackNotFoundError,
    StateConflictError,
    UpdateLostError,
    UpdateNotFoundError,
)
from orchestrator.state.exact_json import decode_json, encode_json, nests_deeper_than
from orchestrator.state.journal import MAX_NESTING
from orchestrator.state.protocol.access import AccessDeniedError, UnauthenticatedError


class RequestTooLargeError(BadRequestError):
    """The request is above the size that its door takes. A CLI splits a journal batch then."""

    code = "request_too_large"


# The CLI shows its friendly help on removal for exactly this sentence.
STACK_NOT_EMPTY_MESSAGE = "Bad Request: Stack still contains resources."

# The first class that fits counts. The CLI reads meaning into these: 401 says "log in", 403 on a
# renewal ends the lease for good, 409 is a conflict that it does not retry, 503 it retries.
_STATUS_OF: tuple[tuple[type[HoistError], HTTPStatus], ...] = (
    (UnauthenticatedError, HTTPStatus.UNAUTHORIZED),
    (AccessDeniedError, HTTPStatus.FORBIDDEN),
    (StackNotFoundError, HTTPStatus.NOT_FOUND),
    (UpdateNotFoundError, HTTPStatus.NOT_FOUND),
    (StackNotEmptyError, HTTPStatus.BAD_REQUEST),
    (RequestTooLargeError, HTTPStatus.REQUEST_ENTITY_TOO_LARGE),
    (UpdateLostError, HTTPStatus.CONFLICT),
    (StateConflictError, HTTPStatus.CONFLICT),
    (CorruptStateError, HTTPStatus.CONFLICT),
    (UsageError, HTTPStatus.BAD_REQUEST),
    (EnvironmentFaultError, HTTPStatus.SERVICE_UNAVAILABLE),
)


@dataclass(frozen=True, slots=True)
class Request:
    """One call. `body` is what the client meant, decompressed; header names are lower case.

    `backend_url` is the address at which this client reaches the service, as it logs in to it.
    """

    method: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    backend_url: str = ""

    def json(self) -> dict[str, Any]:
        """The body as a JSON object, {} for an empty one; raises BadRequestError."""
        if not self.body:
            return {}
        try:
            document = decode_json(self.body)
        except ValueError as error:
            raise BadRequestError("the body is no JSON") from error
        if not isinstance(document, dict):
            raise BadRequestError("the body is no JSON object")
        if nests_deeper_than(document, MAX_NESTING):
            raise BadRequestError(f"the body is nested deeper than {MAX_NESTING} levels")
        return document


@dataclass(frozen=True, slots=True)
class Answer:
    """What the client gets."""

    status: int = HTTPStatus.OK
    body: bytes = b""

    @classmethod
    def of(cls, document: Any, status: int = HTTPStatus.OK) -> "Answer":
        """A JSON answer; numbers in it keep their digits."""
        return cls(status, encode_json(document))


def status_of(error: HoistError) -> HTTPStatus:
    """The status of an error; 500 for one that nobody has thought of."""
    for kind, status in _STATUS_OF:
        if isinstance(error, kind):
            return status
    return HTTPStatus.INTERNAL_SERVER_ERROR


def error_answer(error: HoistError, status: HTTPStatus | None = None) -> Answer:
    """The answer for an error: its status, and its sentence with the way out.

    The CLI prints the message as it is, and knows the status only if `code` repeats it. A door
    that has errors of its own tells their status.
    """
    status = status or status_of(error)
    if isinstance(error, StackNotEmptyError):
        message = STACK_NOT_EMPTY_MESSAGE
    else:
        message = f"{error.message}; {error.way_out}" if error.way_out else error.message
    return Answer.of({"code": int(status), "message": message}, status)
