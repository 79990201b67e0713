"""The door: the schedule's event or a request in, lines in the log or an answer out.

GET /health/live     this function runs; asks nobody and nothing, and answers anybody
GET /health/ready    503 unless everything that work needs is known to be there
GET /health          all there is to say; 503 when something fails
"""

import json
import traceback
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from health.checking.budget import budget_seconds
from health.errors import HealthEventUnknownError, HealthRouteNotFoundError
from health.examination import Depth, Examination
from health.findings.assessment import Status
from health.report.document import CONTENT_TYPE, encode_document, report_document, status_word
from health.report.log_lines import log_lines
from health.report.report import Report
from health.request import Event, Route, authorise, is_request, route_of
from hoist.access.errors import AccessDeniedError, UnauthenticatedError
from hoist.errors import HoistError

if TYPE_CHECKING:
    from hoist.access.token_book import TokenBook

Answer = Mapping[str, Any]

CHECK_HEALTH: Event = {"hoist": "check-health"}
"""The event of the schedule, each minute."""
_PROBLEM = "application/problem+json"
_READY = frozenset({Status.PASS, Status.WARN})
_REFUSALS: Mapping[type[HoistError], HTTPStatus] = {
    UnauthenticatedError: HTTPStatus.UNAUTHORIZED,
    AccessDeniedError: HTTPStatus.FORBIDDEN,
    HealthRouteNotFoundError: HTTPStatus.NOT_FOUND,
}
_NO_HEADERS: Mapping[str, list[str]] = {}
_ASKS_FOR_TOKEN = {"WWW-Authenticate": ['Bearer realm="hoist"']}
_LAST_FRAMES = 8
# API Gateway gives up after 29 s, sooner than the function itself.
_GATEWAY_SECONDS = 28.0


class Door:
    """Answers events. The examination and the book of tokens are made when one first needs them."""

    def __init__(
        self,
        examination: Callable[[], Examination],
        *,
        tokens: "Callable[[], TokenBook]",
        write: Callable[[str], None],
    ) -> None:
        self._examination = examination
        self._tokens = tokens
        self._write = write

    def answer(self, event: object, *, time_left_seconds: float) -> Answer:
        """Raises HealthEventUnknownError, and for the schedule what keeps it from looking."""
        if event == CHECK_HEALTH:
            return self._look(budget_seconds(time_left_seconds))
        if not is_request(event):
            raise HealthEventUnknownError
        seconds = min(time_left_seconds, _GATEWAY_SECONDS)
        return self._answer_request(event, budget_seconds(seconds))

    def _look(self, budget: float) -> Answer:
        report = self._examination().examine(Depth.MINUTE, budget_seconds=budget)
        for line in log_lines(report):
            self._write(line)
        return {"verdict": report.verdict.status, "findings": len(report.findings)}

    def _answer_request(self, event: Event, budget: float) -> Answer:
        """Whatever happens, an answer."""
        try:
            route = route_of(event)
            authorise(event, route, self._tokens)
            return self._answer_route(route, budget)
        except HoistError as error:
            return _problem(_status_of_refusal(error), error.code, error.message, error.way_out)
        except Exception as error:  # noqa: BLE001 - the door: it logs once and answers
            self._write(_crash_line(error))
            status = HTTPStatus.INTERNAL_SERVER_ERROR
            return _problem(status, "internal", "Health failed over this.", "see its log")

    def _answer_route(self, route: Route, budget: float) -> Answer:
        if route is Route.LIVE:
            return _answer(HTTPStatus.OK, CONTENT_TYPE, {"status": status_word(Status.PASS)})
        depth = Depth.CHECKS if route is Route.READY else Depth.FULL
        report = self._examination().examine(depth, budget_seconds=budget)
        return _answer(_status_of(report, route), CONTENT_TYPE, report_document(report))


def _status_of_refusal(error: HoistError) -> HTTPStatus:
    statuses = (status for kind, status in _REFUSALS.items() if isinstance(error, kind))
    return next(statuses, HTTPStatus.SERVICE_UNAVAILABLE)


def _status_of(report: Report, route: Route) -> HTTPStatus:
    """Work is sent only to what is known to be ready; a person is told what is unknown."""
    status = report.verdict.status
    is_good = status in _READY if route is Route.READY else status is not Status.FAIL
    return HTTPStatus.OK if is_good else HTTPStatus.SERVICE_UNAVAILABLE


def _problem(status: HTTPStatus, code: str, detail: str, way_out: str) -> Answer:
    document = {
        "type": "about:blank",
        "title": status.phrase,
        "status": int(status),
        "code": code,
        "detail": detail,
        "way_out": way_out,
    }
    asks = _ASKS_FOR_TOKEN if status is HTTPStatus.UNAUTHORIZED else _NO_HEADERS
    return _answer(status, _PROBLEM, document, asks)


def _answer(
    status: HTTPStatus,
    content_type: str,
    document: dict[str, Any],
    headers: Mapping[str, list[str]] = _NO_HEADERS,
) -> Answer:
    return {
        "statusCode": int(status),
        "body": encode_document(document),
        "isBase64Encoded": False,
        "multiValueHeaders": {
            "Content-Type": [content_type],
            "Cache-Control": ["no-store"],
            "X-Content-Type-Options": ["nosniff"],
            **headers,
        },
    }


def _crash_line(error: Exception) -> str:
    """Without the error's own words, which may quote anything."""
    frames = traceback.extract_tb(error.__traceback__)[-_LAST_FRAMES:]
    return json.dumps(
        {
            "event": "health_crashed",
            "error": type(error).__qualname__,
            "frames": [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames],
        }
    )
