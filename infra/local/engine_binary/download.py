"""Fetches a file over HTTPS: short patience to connect, none with a body that ends early."""

import http.client
import urllib.error
import urllib.request
from collections.abc import Callable
from typing import IO, Any, Protocol

from local.errors import EngineStepError

# A closed network must not cost a first run more than a breath.
CONNECT_TIMEOUT_SECONDS = 5
READ_TIMEOUT_SECONDS = 30
_CHUNK_BYTES = 1 << 18


class Downloader(Protocol):
    """Fetches files."""

    def fetch(
        self,
        url: str,
        sink: IO[bytes],
        *,
        at_most: int,
        on_bytes: Callable[[int, int | None], None],
    ) -> None:
        """Write the whole file to `sink`, telling `on_bytes` how many of how many are there.

        Raises EngineStepError with a reason that names `url`; `sink` then holds rubbish.
        """
        ...


class HttpDownloader:
    """Fetches with the standard library; the proxy settings of the environment are respected."""

    def __init__(self) -> None:
        self._opener = urllib.request.build_opener(_HttpHandler, _HttpsHandler, _SafeRedirects)

    def fetch(
        self,
        url: str,
        sink: IO[bytes],
        *,
        at_most: int,
        on_bytes: Callable[[int, int | None], None],
    ) -> None:
        try:
            with self._opener.open(url, timeout=CONNECT_TIMEOUT_SECONDS) as response:
                _copy(url, response, sink, at_most, on_bytes)
        except urllib.error.HTTPError as error:
            error.close()
            raise EngineStepError(f"{url} answered {error.code}") from error
        except urllib.error.URLError as error:
            raise EngineStepError(f"{url} cannot be reached ({_reason(error)})") from error
        except (OSError, http.client.HTTPException) as error:
            raise EngineStepError(f"{url} broke off ({type(error).__name__})") from error


def _reason(error: urllib.error.URLError) -> str:
    if isinstance(error.reason, OSError) and error.reason.strerror:
        return error.reason.strerror
    return str(error.reason)


def _copy(
    url: str,
    response: http.client.HTTPResponse,
    sink: IO[bytes],
    at_most: int,
    on_bytes: Callable[[int, int | None], None],
) -> None:
    length = response.headers.get("Content-Length", "")
    expected = int(length) if length.isdigit() else None
    received = 0
    while chunk := response.read(_CHUNK_BYTES):
        received += len(chunk)
        if received > at_most:
            raise EngineStepError(f"{url} is larger than the {at_most} bytes that were expected")
        sink.write(chunk)
        on_bytes(received, expected)
    if expected is not None and received < expected:
        raise EngineStepError(f"{url} ended after {received} of {expected} bytes")


class _SafeRedirects(urllib.request.HTTPRedirectHandler):
    def redirect_request(
        self, req: urllib.request.Request, fp: Any, code: int, msg: str, headers: Any, newurl: str
    ) -> urllib.request.Request | None:
        # The checksums are only worth what the connection is that they came over.
        if req.type == "https" and not newurl.startswith("https://"):
            raise urllib.error.URLError("it redirects to a connection that is not encrypted")
        return super().redirect_request(req, fp, code, msg, headers, newurl)


class _HttpConnection(http.client.HTTPConnection):
    def connect(self) -> None:
        super().connect()
        self.sock.settimeout(READ_TIMEOUT_SECONDS)


class _HttpsConnection(http.client.HTTPSConnection):
    def connect(self) -> None:
        super().connect()
        self.sock.settimeout(READ_TIMEOUT_SECONDS)


class _HttpHandler(urllib.request.HTTPHandler):
    def http_open(self, req: urllib.request.Request) -> http.client.HTTPResponse:
        return self.do_open(_HttpConnection, req)


class _HttpsHandler(urllib.request.HTTPSHandler):
    def https_open(self, req: urllib.request.Request) -> http.client.HTTPResponse:
        return self.do_open(_HttpsConnection, req)
