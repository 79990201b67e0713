"""Errors of the door itself.

HoistError
  UsageError
    RequestInvalidError       the request is not what the API's description says
    RouteNotFoundError        nothing answers at this path and method
    BodyTooLargeError         the body is above the size that the door takes
    ContentTypeError          the body is something other than JSON
  AnswerTooLargeError         the answer is above the size that a gateway carries
  EventUnknownError           the function was invoked by something it does not know
"""

from collections.abc import Sequence
from dataclasses import dataclass

from hoist.errors import HoistError, UsageError


@dataclass(frozen=True, slots=True)
class FieldFault:
    """What is wrong with one field of a request. Never holds what was sent."""

    field: str
    message: str


class RequestInvalidError(UsageError):
    """The request is not what the API's description says."""

    code = "request_invalid"

    def __init__(self, message: str, *, faults: Sequence[FieldFault] = ()) -> None:
        super().__init__(message, way_out="see GET /v1/openapi.json for what is understood")
        self.faults = tuple(faults)


class RouteNotFoundError(UsageError):
    """Nothing answers at this path and method."""

    code = "route_not_found"

    def __init__(self) -> None:
        super().__init__(
            "nothing answers at this path and method",
            way_out="see GET /v1/openapi.json for what there is",
        )


class BodyTooLargeError(UsageError):
    """The body is above the size that the door takes."""

    code = "request_too_large"


class ContentTypeError(UsageError):
    """The body is something other than JSON."""

    code = "content_type_unknown"

    def __init__(self) -> None:
        super().__init__(
            "the body is not said to be plain JSON",
            way_out="send it with Content-Type: application/json and without Content-Encoding",
        )


class AnswerTooLargeError(HoistError):
    """The answer is above the size that a gateway carries."""

    code = "answer_too_large"

    def __init__(self) -> None:
        super().__init__(
            "the answer is larger than 6 MB, which no gateway carries",
            way_out="read the stack's checkpoint from the state bucket with the pulumi command",
        )


class EventUnknownError(HoistError):
    """The function was invoked by something that it does not know."""

    code = "event_unknown"

    def __init__(self) -> None:
        super().__init__(
            "the event is neither a request of a REST API nor the schedule's",
            way_out="invoke the function through its REST API",
        )
