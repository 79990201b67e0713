"""Who is let in: programs of this machine, and no web page that a browser on it has open."""

from http import HTTPStatus

from local.emulator_health import HOST
from local.front.errors import RequestRefusedError
from local.front.head import RequestHead, malformed

_NAMES = (HOST, "localhost")


def check_visitor(head: RequestHead, *, port: int) -> None:
    """Raises RequestRefusedError for a request that was meant for, or comes from, another site."""
    named = head.values("Host")
    if len(named) != 1:
        raise malformed("a request names one host")
    addresses = {f"{name}:{port}" for name in _NAMES}
    # A page can have its own name point here; its requests still come with that name.
    if named[0].lower() not in addresses:
        raise _forbidden("this server answers to its own address only")
    origins = {f"http://{address}" for address in addresses}
    if not origins.issuperset(origin.lower() for origin in head.values("Origin")):
        raise _forbidden("this server does not answer to pages of other sites")


def _forbidden(message: str) -> RequestRefusedError:
    return RequestRefusedError(HTTPStatus.FORBIDDEN, message)
