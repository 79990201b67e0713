"""Where a token stands in a request: `Authorization: Bearer …`, or `token …` as Pulumi sends it."""

from collections.abc import Mapping, Sequence
from typing import Any

from hoist.access.errors import TokenInvalidError
from hoist.access.tokens import AccessToken, parse_token
from hoist.secret import Secret

_HEADER = "authorization"
_SCHEMES = frozenset({"bearer", "token"})


def authorization_values(event: Mapping[str, Any]) -> Sequence[str]:
    """All values of the Authorization headers in an event of a REST API, however it is spelled."""
    for field in ("multiValueHeaders", "headers"):
        headers = event.get(field)
        if not isinstance(headers, Mapping):
            continue
        found = [value for name, value in headers.items() if str(name).lower() == _HEADER]
        values = [value for each in found for value in (each if isinstance(each, list) else [each])]
        if values:
            return [str(value) for value in values]
    return []


def presented_token(values: Sequence[str]) -> AccessToken | None:
    """The token in the values of a request's Authorization headers; None if there is none.

    A header of another scheme, such as a signature, presents no token. Raises TokenInvalidError
    for what is none, and for more than one header: two readers could take a different one.
    """
    if not values:
        return None
    if len(values) > 1:
        raise TokenInvalidError("there is more than one Authorization header")
    scheme, _, rest = values[0].strip().partition(" ")
    if scheme.lower() not in _SCHEMES:
        return None
    return parse_token(Secret(rest.strip(" ")))
