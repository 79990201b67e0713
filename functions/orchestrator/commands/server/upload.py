"""Puts a program where the server said."""

import io
from collections.abc import Callable
from urllib.parse import urlsplit

import urllib3
from urllib3.exceptions import HTTPError
from urllib3.util import Timeout

from hoist.cli.server.address import is_private
from hoist.clock import Clock
from orchestrator.commands.server.answers import Upload
from orchestrator.commands.server.errors import ProgramUploadError

TRIES = 4
_PAUSE_SECONDS = 0.5
# For each piece that is sent, and for the answer.
_TIMEOUT = Timeout(connect=3.0, read=60.0)
# It is there already: somebody uploaded the same program in the meantime.
_EXISTS = 412
# A store that is busy, or lost what came; what else it refuses, it refuses again.
_WORTH_ANOTHER_TRY = frozenset({408, 409, 429, 500, 502, 503, 504})
SLOW_SECONDS = 2.0
_SAY_EACH_SECONDS = 10.0
MEGABYTE = 1_000_000


def upload_program(
    body: bytes, upload: Upload, *, clock: Clock, say: Callable[[str], None]
) -> None:
    """Upload it, in several tries if need be; what takes long is told.

    Raises ProgramUploadError when it is not there after that.
    """
    if not is_private(urlsplit(upload.url)):
        raise ProgramUploadError("the server names a place for the program that is open to others")
    pool = urllib3.PoolManager(timeout=_TIMEOUT, retries=False)
    fault = ""
    for number in range(TRIES):
        if number:
            clock.sleep(_PAUSE_SECONDS * 2**number)
        fault, is_final = _try(pool, upload, _ToldBody(body, clock=clock, say=say), len(body))
        if not fault:
            return
        if is_final:
            break
    raise ProgramUploadError(
        f"the program could not be uploaded: {fault}", way_out="try again; nothing was started"
    )


def _try(
    pool: urllib3.PoolManager, upload: Upload, body: "_ToldBody", size: int
) -> tuple[str, bool]:
    """What went wrong, if anything, and whether it would go wrong again."""
    signed = {name.lower(): value for name, value in upload.headers.items()}
    headers = {"content-length": str(size), **signed}
    try:
        answer = pool.request(upload.method, upload.url, body=body, headers=headers)
    except HTTPError as error:
        # A store that refuses early may close before it has read all of it.
        return f"the connection broke ({type(error).__name__})", False
    if answer.status < 300 or answer.status == _EXISTS:
        return "", True
    return f"the store answered {answer.status}", answer.status not in _WORTH_ANOTHER_TRY


class _ToldBody(io.BytesIO):
    """A body that tells how far it is, once it has taken a while."""

    def __init__(self, content: bytes, *, clock: Clock, say: Callable[[str], None]) -> None:
        super().__init__(content)
        self._size = len(content)
        self._clock = clock
        self._say = say
        self._next_at = clock.monotonic() + SLOW_SECONDS

    def read(self, size: int | None = -1, /) -> bytes:
        piece = super().read(size)
        now = self._clock.monotonic()
        if now >= self._next_at:
            self._next_at = now + _SAY_EACH_SECONDS
            done, total = self.tell() / MEGABYTE, self._size / MEGABYTE
            self._say(f"Uploading the program: {done:.1f} of {total:.1f} MB.")
        return piece
