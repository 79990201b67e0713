"""The one place where errors become statuses, and how they are told: RFC 9457."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from hoist.access.errors import (
    AccessDeniedError,
    IamIdentityMissingError,
    RateLimitedError,
    TokenNotFoundError,
    UnauthenticatedError,
)
from hoist.errors import EnvironmentFaultError, HoistError, UsageError
from orchestrator.audit.errors import AuditDamagedError
from orchestrator.engine.programs.errors import ProgramTooLargeError
from orchestrator.http_api.errors import (
    BodyTooLargeError,
    ContentTypeError,
    RequestInvalidError,
    RouteNotFoundError,
)
from orchestrator.runs.errors import (
    IdempotencyKeyReusedError,
    QueueFullError,
    RunMoveError,
    RunNotFoundError,
)
from orchestrator.stack_config.values import ConfigNotSetError
from orchestrator.stack_life.errors import StackInUseError
from orchestrator.state.errors import (
    CorruptStateError,
    StackNotFoundError,
    StateConflictError,
    UpdateLostError,
    UpdateNotFoundError,
)
from orchestrator.state.stores.errors import RecordTooLargeError
from orchestrator.uploads.errors import ProgramDamagedError, ProgramNotUploadedError

CONTENT_TYPE = "application/problem+json"

_STATUS_OF: Mapping[type[HoistError], HTTPStatus] = {
    UnauthenticatedError: HTTPStatus.UNAUTHORIZED,
    AccessDeniedError: HTTPStatus.FORBIDDEN,
    RateLimitedError: HTTPStatus.TOO_MANY_REQUESTS,
    # What was named does not exist.
    ConfigNotSetError: HTTPStatus.NOT_FOUND,
    RouteNotFoundError: HTTPStatus.NOT_FOUND,
    RunNotFoundError: HTTPStatus.NOT_FOUND,
    StackNotFoundError: HTTPStatus.NOT_FOUND,
    TokenNotFoundError: HTTPStatus.NOT_FOUND,
    UpdateNotFoundError: HTTPStatus.NOT_FOUND,
    # Things are not in the state that the request needs: it may be right some other time.
    AuditDamagedError: HTTPStatus.CONFLICT,
    CorruptStateError: HTTPStatus.CONFLICT,
    IdempotencyKeyReusedError: HTTPStatus.CONFLICT,
    ProgramDamagedError: HTTPStatus.CONFLICT,
    ProgramNotUploadedError: HTTPStatus.CONFLICT,
    QueueFullError: HTTPStatus.CONFLICT,
    RunMoveError: HTTPStatus.CONFLICT,
    StackInUseError: HTTPStatus.CONFLICT,
    StateConflictError: HTTPStatus.CONFLICT,
    UpdateLostError: HTTPStatus.CONFLICT,
    BodyTooLargeError: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    ProgramTooLargeError: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    RecordTooLargeError: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    ContentTypeError: HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    UsageError: HTTPStatus.BAD_REQUEST,
    EnvironmentFaultError: HTTPStatus.SERVICE_UNAVAILABLE,
    HoistError: HTTPStatus.INTERNAL_SERVER_ERROR,
}

INTERNAL = "internal"


def status_of(kind: type[HoistError]) -> HTTPStatus:
    """The status of a kind of error: its own, or that of the nearest kind above it."""
    return next(_STATUS_OF[each] for each in kind.__mro__ if each in _STATUS_OF)


def problem_of(error: HoistError) -> dict[str, Any]:
    """The error as its caller gets it."""
    document = _problem(
        status_of(type(error)), code=error.code, detail=error.message, way_out=error.way_out
    )
    if isinstance(error, RequestInvalidError) and error.faults:
        document["errors"] = [
            {"field": fault.field, "message": fault.message} for fault in error.faults
        ]
    return document


def headers_of(error: HoistError) -> Mapping[str, str]:
    """What HTTP wants to be told of it besides."""
    match error:
        case IamIdentityMissingError():
            return {"WWW-Authenticate": 'AWS4-HMAC-SHA256 realm="hoist"'}
        case UnauthenticatedError():
            return {"WWW-Authenticate": 'Bearer realm="hoist"'}
        case RateLimitedError():
            return {"Retry-After": str(error.retry_after_seconds)}
    return {}


def internal_problem(request_id: str) -> dict[str, Any]:
    """What is told of an error that nobody has thought of: where to look, and no more."""
    return _problem(
        HTTPStatus.INTERNAL_SERVER_ERROR,
        code=INTERNAL,
        detail="something inside Hoist broke",
        way_out=f"look for {request_id} in the log of the api function" if request_id else "",
    )


def _problem(status: HTTPStatus, *, code: str, detail: str, way_out: str) -> dict[str, Any]:
    return {
        "type": "about:blank",
        "title": status.phrase,
        "status": int(status),
        "code": code,
        "detail": detail,
        "way_out": way_out,
    }
