"""Errors of the local front.

HoistError
  RequestRefusedError        the request is not let through to the function
  EventTooLargeError         the event is above what a function can be invoked with
  FunctionMissingError       there is no such function on the local AWS
  FunctionTimedOutError      the function did not answer in the time that API Gateway waits
  FunctionUnavailableError   the local AWS did not carry out the invoke
  FunctionFailedError        the function ended with an error
  MalformedAnswerError       what the function answered is no proxy answer
  FrontNotRunningError       something needs the front and it is down
  FrontNotStartedError       the front was started and did not answer
  FrontNotAnsweringError     the front's process is there and does not answer
  LocalKeyError              the key pair of the local installation cannot be used
"""

from collections.abc import Sequence
from http import HTTPStatus
from pathlib import Path

from hoist.errors import EnvironmentFaultError, HoistError, UsageError


class RequestRefusedError(UsageError):
    """The request is not let through to the function."""

    code = "front_request_refused"

    def __init__(self, status: HTTPStatus, message: str) -> None:
        super().__init__(message)
        self.status = status


class EventTooLargeError(UsageError):
    """The event is above what a function can be invoked with."""

    code = "event_too_large"

    def __init__(self, size_bytes: int, most_bytes: int) -> None:
        super().__init__(
            f"this request makes an event of {size_bytes} bytes; a function takes {most_bytes}",
            way_out="send it in smaller parts",
        )


class FunctionMissingError(UsageError):
    """There is no such function on the local AWS."""

    code = "function_missing"

    def __init__(self, function_name: str) -> None:
        super().__init__(
            f"the local AWS has no function {function_name}",
            way_out="deploy Hoist onto it with `hoist local deploy`",
        )


class FunctionTimedOutError(EnvironmentFaultError):
    """The function did not answer in the time that API Gateway waits."""

    code = "function_timed_out"

    def __init__(self, function_name: str) -> None:
        super().__init__(f"the function {function_name} did not answer in time")


class FunctionUnavailableError(EnvironmentFaultError):
    """The local AWS did not carry out the invoke."""

    code = "function_unavailable"

    def __init__(self, function_name: str, reason: str) -> None:
        super().__init__(
            f"the local AWS could not invoke {function_name} ({reason})",
            way_out="see `hoist local status`; start it with `hoist local up`",
        )


class FunctionFailedError(HoistError):
    """The function ended with an error."""

    code = "function_failed"


class MalformedAnswerError(HoistError):
    """What the function answered is no proxy answer."""

    code = "malformed_answer"


class FrontNotRunningError(UsageError):
    """Something needs the front and it is down."""

    code = "front_not_running"

    def __init__(self) -> None:
        super().__init__(
            "Hoist's local API is not running", way_out="start it with `hoist local up`"
        )


class FrontNotStartedError(EnvironmentFaultError):
    """The front was started and did not answer."""

    code = "front_not_started"

    def __init__(self, problem: str, *, log: Path, last_lines: Sequence[str]) -> None:
        said = "".join(f"\n    {line}" for line in last_lines) or "\n    (nothing)"
        super().__init__(
            f"Hoist's local API {problem}; the last it said:{said}", way_out=f"read {log}"
        )


class FrontNotAnsweringError(EnvironmentFaultError):
    """The front's process is there and does not answer."""

    code = "front_not_answering"

    def __init__(self, pid: int, port: int) -> None:
        super().__init__(
            f"Hoist's local API runs (process {pid}) but does not answer on port {port}",
            way_out="stop it with `hoist local down`, then `hoist local up`",
        )


class LocalKeyError(EnvironmentFaultError):
    """The key pair by which one signs in to the local installation cannot be used."""

    code = "local_key_unusable"

    def __init__(self, fault: str) -> None:
        super().__init__(
            f"the local key pair cannot be used: {fault}",
            way_out="remove its file if there is one; `hoist local up` makes another key pair",
        )
