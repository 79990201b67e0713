"""Errors of talking to a Hoist server.

HoistError
  UsageError
    ServerAddressError       the server's address is not one that secrets can be sent to
    RequestRefusedError      the server says that the request, or what it names, is wrong
  NotAllowedError            the server says that the caller may not
  ServerConflictError        the server says that somebody else was first
  EnvironmentFaultError
    ServerUnreachableError   no answer came
    ServerFaultError         the server says that it cannot do it now
    ServerAnswerError        what answered does not speak as a Hoist server does

What a server refuses keeps the server's own code; the code of the class is that of its kind.
"""

from hoist.errors import EnvironmentFaultError, HoistError, UsageError


class ServerAddressError(UsageError):
    """The server's address is not one that secrets can be sent to."""

    code = "server_address"


class RequestRefusedError(UsageError):
    """The server says that the request, or what it names, is wrong."""

    code = "request_refused"


class NotAllowedError(HoistError):
    """The server says that the caller may not."""

    code = "not_allowed"


class ServerConflictError(HoistError):
    """The server says that somebody else was first."""

    code = "server_conflict"


class ServerUnreachableError(EnvironmentFaultError):
    """No answer came from the server."""

    code = "server_unreachable"


class ServerFaultError(EnvironmentFaultError):
    """The server says that it cannot do it now."""

    code = "server_fault"


class ServerAnswerError(EnvironmentFaultError):
    """What answered does not speak as a Hoist server does."""

    code = "server_answer"


SERVER_DOWN = (ServerUnreachableError, ServerFaultError, ServerAnswerError)
"""What passes by itself, mostly: worth another try."""
