"""JSON over HTTP with one server, on connections that are kept."""

import json
from collections.abc import Callable, Collection, Mapping
from functools import partial
from typing import Any, TypeVar
from urllib.parse import urlencode

import urllib3
from urllib3.exceptions import HTTPError, MaxRetryError
from urllib3.util import Retry, Timeout

from hoist.cli.server.address import ServerAddress
from hoist.cli.server.credentials import Credentials, NoCredentials
from hoist.cli.server.errors import ServerAnswerError, ServerUnreachableError
from hoist.cli.server.problems import Problem, error_of
from hoist.cli.server.reading import UnreadableError, read

_Answer = TypeVar("_Answer")

CONNECT_SECONDS = 3.0
# API Gateway gives a function 29 s.
READ_SECONDS = 35.0
_TIMEOUT = Timeout(connect=CONNECT_SECONDS, read=READ_SECONDS)
# With pauses of 0.4, 0.8 and 1.6 s: a server that restarts is back by then.
RETRIES = 3
_BACKOFF_FACTOR = 0.2
_WORTH_ANOTHER_TRY = (429, 502, 503, 504)
_WORTH_ANOTHER_TRY_OF_A_REPORT = (429, 502, 504)
_REPEATABLE_METHODS = frozenset({"GET", "PUT"})
_HEADERS = {"accept": "application/json", "accept-encoding": "gzip", "user-agent": "hoist-cli"}
ONCE = Retry(total=0, redirect=False, raise_on_status=False)
"""For who tries again by themselves."""


class ServerConnection:
    """Asks the server; what it refuses, and what is no answer, is raised as an error of ours."""

    def __init__(
        self,
        address: ServerAddress,
        credentials: Credentials = NoCredentials(),  # noqa: B008 - frozen
    ) -> None:
        self.address = address
        self._credentials = credentials
        self._pool = urllib3.PoolManager(headers=_HEADERS, timeout=_TIMEOUT, retries=False)

    def ask(
        self,
        answer: type[_Answer],
        method: str,
        path: str,
        *,
        query: Mapping[str, str | int] | None = None,
        body: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        is_repeatable: bool = False,
        retries: Retry | None = None,
        timeout: Timeout = _TIMEOUT,
    ) -> _Answer:
        """The answer to one request.

        Lost connections and servers that are busy are tried again where that cannot do a thing
        twice: GET, PUT, and what is said to be repeatable. Raises the errors of `server.errors`.
        """
        response = self._send(
            method,
            f"{self.address.url}{path}{_query(query)}",
            body=body,
            headers=headers or {},
            retries=retries or _retries(self.address, is_repeatable=is_repeatable),
            timeout=timeout,
        )
        if response.status >= 400:
            raise error_of(response.status, _problem(response))
        return self._readable(partial(read, answer), response)

    def report(
        self, read_report: Callable[[Any], _Answer], path: str, content_type: str
    ) -> _Answer:
        """The report, of this content type, that a GET is answered with.

        One of something bad comes with 503: it is an answer all the same, and not asked for again.
        `read_report` raises UnreadableError for what is none. Raises the errors of `server.errors`.
        """
        retries = _retries(self.address, is_repeatable=True, again=_WORTH_ANOTHER_TRY_OF_A_REPORT)
        response = self._send(
            "GET",
            f"{self.address.url}{path}",
            body=None,
            headers={"accept": content_type},
            retries=retries,
            timeout=_TIMEOUT,
        )
        is_report = _content_type(response) == content_type
        if response.status >= 400 and not is_report:
            raise error_of(response.status, _problem(response))
        return self._readable(read_report, response)

    def tell(self, method: str, path: str, *, query: Mapping[str, str | int] | None = None) -> None:
        """Make a request that has no answer but that it was done."""
        url = f"{self.address.url}{path}{_query(query)}"
        retries = _retries(self.address, is_repeatable=False)
        response = self._send(method, url, body=None, headers={}, retries=retries, timeout=_TIMEOUT)
        if response.status >= 400:
            raise error_of(response.status, _problem(response))

    def _send(
        self,
        method: str,
        url: str,
        *,
        body: Mapping[str, Any] | None,
        headers: Mapping[str, str],
        retries: Retry,
        timeout: Timeout,
    ) -> urllib3.BaseHTTPResponse:
        sent = {**_HEADERS, **headers}
        content = None
        if body is not None:
            content, sent["content-type"] = json.dumps(body).encode(), "application/json"
        sent |= self._credentials.headers(method, url, content or b"")
        try:
            return self._pool.request(
                method, url, body=content, headers=sent, retries=retries, timeout=timeout
            )
        except HTTPError as error:
            # A foreign text may quote what was sent; the kind of fault is enough.
            raise self._unreachable(error) from error

    def _readable(
        self, read_document: Callable[[Any], _Answer], response: urllib3.BaseHTTPResponse
    ) -> _Answer:
        try:
            return read_document(json.loads(response.data))
        except (ValueError, RecursionError) as error:
            why = f" ({error})" if isinstance(error, UnreadableError) else ""
            raise ServerAnswerError(
                f"{self.address.url} does not answer as a Hoist server does{why}",
                way_out="see that the address is right and that hoist and the server are of one"
                " version",
            ) from error

    def _unreachable(self, error: HTTPError) -> ServerUnreachableError:
        cause = error.reason if isinstance(error, MaxRetryError) and error.reason else error
        is_local = self.address.is_this_machine
        return ServerUnreachableError(
            f"no answer from {self.address.url} ({_kind_of(cause)})",
            way_out="`hoist local status` shows whether it is up, `hoist local up` starts it"
            if is_local
            else "see that this machine reaches it, and try again",
        )


def _retries(
    address: ServerAddress, *, is_repeatable: bool, again: Collection[int] = _WORTH_ANOTHER_TRY
) -> Retry:
    return Retry(
        total=RETRIES,
        # Where nobody listens on this machine, nobody will in a second.
        connect=0 if address.is_this_machine else None,
        redirect=False,
        allowed_methods=None if is_repeatable else _REPEATABLE_METHODS,
        status_forcelist=again,
        backoff_factor=_BACKOFF_FACTOR,
        # Whoever was told to come back in an hour would rather hear of it.
        respect_retry_after_header=False,
        raise_on_status=False,
    )


def _query(query: Mapping[str, str | int] | None) -> str:
    given = {name: value for name, value in (query or {}).items() if value != ""}
    return f"?{urlencode(given)}" if given else ""


def _content_type(response: urllib3.BaseHTTPResponse) -> str:
    return response.headers.get("content-type", "").partition(";")[0].strip().lower()


def _problem(response: urllib3.BaseHTTPResponse) -> Problem:
    # Between here and the function there are gateways, whose errors look like anything.
    try:
        return read(Problem, json.loads(response.data))
    except (ValueError, RecursionError):
        return Problem(title=response.reason or "")


_KINDS = {
    "NewConnectionError": "connection refused",
    "ConnectTimeoutError": "no connection in time",
    "ReadTimeoutError": "no answer in time",
    "ProtocolError": "the connection broke",
    "NameResolutionError": "no such host",
    "SSLError": "no trusted TLS connection",
}


def _kind_of(error: BaseException) -> str:
    return _KINDS.get(type(error).__name__, type(error).__name__)
