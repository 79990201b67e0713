"""The real API over an installation in memory, behind the real front, with a place for uploads.

A worker of a test works whenever somebody asks for a run's events: one step for each time.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import urlsplit

from access_sites import user_arn
from api_estate import InMemoryEstate
from hoist.access.tokens import AccessToken, new_token
from hoist.cli.server.saved_tokens import SavedToken, SavedTokens
from hoist.errors import HoistError
from hoist.operation_events import OperationEvent
from local.front.handler_invoker import HandlerInvoker
from local.front.server import FrontServer
from orchestrator.http_api.door import make_app
from orchestrator.runs.records import Claim, Run
from orchestrator.runs.slices import SliceEnding
from orchestrator.runs.states import SliceOutcome
from orchestrator.state.names import StackName
from orchestrator.state.records import StackRecord
from orchestrator.uploads.memory_programs import InMemoryPrograms
from orchestrator.uploads.programs import StoredProgram, Upload

DEV = StackName("shop", "dev")
Steps = Iterator[None]
_STOP_POLL_SECONDS = 0.01
_MEMORY = "memory://"
_SIGNED = re.compile(r"AWS4-HMAC-SHA256 Credential=AKIA(?P<name>\w+)/[0-9]{8}/.+/execute-api/")


class CommandSite:
    """An installation, and what its one worker does."""

    def __init__(self, estate: InMemoryEstate, url: str) -> None:
        self.estate = estate
        self.url = url
        self._steps: Steps = iter(())

    @property
    def runs(self) -> Sequence[Run]:
        """The stack's runs, newest first."""
        return self.estate.runs.list(self.estate.stacks.require(DEV).id).runs

    @property
    def only_run(self) -> Run:
        (run,) = self.runs
        return run

    def make_stack(self, name: StackName = DEV) -> StackRecord:
        return self.estate.stacks.create(name, tags={}, secrets=self.estate.data_keys.new)

    def works(self, worker: "Worker") -> None:
        """What the worker does from now on, up to its next `yield` for each poll."""
        self._steps = worker(self)

    def next_step(self) -> None:
        next(self._steps, None)

    def claim(self, name: StackName = DEV, worker_id: str = "worker-1") -> Claim:
        """Claim the stack's next run, which must be there."""
        claim = self.estate.runs.claim_next(
            self.estate.stacks.require(name).id, worker_id=worker_id
        )
        assert claim
        return claim

    def tell(self, claim: Claim, *events: OperationEvent) -> None:
        """Write all the events of the claim's slice."""
        with self.estate.events.writer(claim.run.id, claim.slice_number, on_error=_raise) as writer:
            for event in events:
                writer.write(event)

    def end(self, claim: Claim, outcome: SliceOutcome, reason: str = "") -> None:
        ended = self.estate.runs.end_slice(claim, SliceEnding(outcome, reason=reason))
        self.estate.events.archive(ended)


def sign_in(home: Path, url: str, token: AccessToken | None = None) -> None:
    """Have the user of this home signed in to a server, with a token for as long as it takes."""
    saved = SavedToken(url, token or new_token(), "ada", datetime(2100, 1, 1, tzinfo=UTC))
    SavedTokens.of({"HOME": str(home)}).save(saved)


@contextmanager
def command_site(*, access_settings: str = "") -> Iterator[CommandSite]:
    """A fresh one, on loopback until the block ends.

    Who signs a request with a key whose id is `AKIA` and a name is the IAM user of that name. The
    signature itself is for a gateway to verify, which the front of these tests is not.
    """
    estate = InMemoryEstate(access_settings=access_settings)
    with _upload_place(estate.programs) as place:
        app = make_app(_Estate(estate, place), log=estate.log)

        def handle(event: Mapping[str, Any], context: Any) -> Mapping[str, Any]:
            if str(event["path"]).endswith("/events"):
                site.next_step()
            return app(as_a_gateway_tells(event), context)

        with FrontServer(HandlerInvoker(handle)) as front:
            site = CommandSite(estate, front.url)
            yield site


def as_a_gateway_tells(event: Mapping[str, Any]) -> Mapping[str, Any]:
    """The event with the IAM identity that has signed the request, if one has."""
    headers = {str(name).lower(): value for name, value in (event["headers"] or {}).items()}
    signed = _SIGNED.match(headers.get("authorization", ""))
    arn = user_arn(signed["name"]) if signed else None
    context = event["requestContext"]
    return {
        **event,
        "requestContext": {**context, "identity": {**context["identity"], "userArn": arn}},
    }


Worker = Callable[[CommandSite], Steps]


class _Estate:
    """The estate, but for uploads that come over HTTP."""

    def __init__(self, estate: InMemoryEstate, place: str) -> None:
        self.clock = estate.clock
        self.stacks = estate.stacks
        self.history = estate.history
        self.conflicts = estate.conflicts
        self.data_keys = estate.data_keys
        self.state_service = estate.state_service
        self.runs = estate.runs
        self.queues = estate.queues
        self.doorbell = estate.doorbell
        self.events = estate.events
        self.programs = _UploadedPrograms(estate.programs, place)
        self.tokens = estate.tokens
        self.audit = estate.audit
        self.audit_of = estate.audit_of


class _UploadedPrograms:
    def __init__(self, programs: InMemoryPrograms, place: str) -> None:
        self._programs = programs
        self._place = place
        self.admit: Callable[[str], StoredProgram] = programs.admit
        self.exists: Callable[[str], bool] = programs.exists
        self.read: Callable[[str], bytes] = programs.read

    def offer(self, digest: str, size: int) -> Upload | None:
        offered = self._programs.offer(digest, size)
        if offered is None:
            return None
        return Upload(
            method=offered.method,
            url=offered.url.replace(_MEMORY, f"{self._place}/"),
            headers=offered.headers,
            expires_at=offered.expires_at,
        )


class _Uploads(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    programs: InMemoryPrograms


class _UploadHandler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Uploads

    def do_PUT(self) -> None:  # noqa: N802 - the base class looks for this name
        url = _MEMORY + urlsplit(self.path).path.lstrip("/")
        headers = {name.lower(): value for name, value in self.headers.items()}
        body = self.rfile.read(int(headers["content-length"]))
        self.send_response(200 if self.server.programs.put(url, body, headers) else 412)
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class's name
        """Nobody reads it."""


@contextmanager
def _upload_place(programs: InMemoryPrograms) -> Iterator[str]:
    server = _Uploads(("127.0.0.1", 0), _UploadHandler)
    server.programs = programs
    thread = Thread(target=server.serve_forever, args=(_STOP_POLL_SECONDS,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _raise(error: HoistError) -> None:
    raise error
