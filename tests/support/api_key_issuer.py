"""An issuer of API keys over real HTTPS on loopback, with the habits and the faults of such."""

import json
import ssl
import tempfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import Enum, auto
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from hoist.clock import Clock, FixedClock
from local.postgres.certificates import ServerCertificate, server_certificate
from rotation.strategies.api_key.connection import QUESTION_SECONDS, READ_TIMEOUT_SECONDS
from rotation_site import MORNING

HOST = "localhost"
# The certificate is for the name alone: the address is the wrong host, on the right server.
WRONG_HOST = "127.0.0.1"
ADMIN_TOKEN = "CANARY-administrator"
PAGE = 2
_STOP_POLL_SECONDS = 0.01
# On the issuer's clock: never so long that a single wait would be too long.
DRIP_SECONDS, DRIPS = READ_TIMEOUT_SECONDS - 1, 1 + QUESTION_SECONDS // (READ_TIMEOUT_SECONDS - 1)


class Fault(Enum):
    """What may befall one request."""

    LOST_BEFORE = auto()
    """The connection dies before anything is done."""
    LOST_AFTER = auto()
    """It is done, and the connection dies in place of the answer."""
    CUT_SHORT = auto()
    """It is done, and the connection dies in the middle of the answer."""
    DRIPPED = auto()
    """It is done, and the bytes of the answer come one by one, each long after the other."""


@dataclass(frozen=True, slots=True)
class Reply:
    """A status, and a document or raw bytes."""

    status: int
    document: Any = None
    raw: bytes | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    # Until the answer begins, on the issuer's clock.
    seconds: float = 0

    @property
    def body(self) -> bytes:
        if self.raw is not None:
            return self.raw
        return b"" if self.document is None else json.dumps(self.document).encode()


@dataclass(frozen=True, slots=True)
class Asked:
    """A request as it came."""

    method: str
    target: str
    bearer: str
    body: bytes

    @property
    def path(self) -> str:
        return unquote(urlsplit(self.target).path)

    @property
    def query(self) -> dict[str, str]:
        return dict(parse_qsl(urlsplit(self.target).query))


@dataclass
class StoredKey:
    """A key that was issued; `revoked_at` is on the issuer's own clock."""

    key: str
    label: str
    issued_at: float
    revoked_at: float | None = None


@dataclass
class KeyShop:
    """What the server knows. Its answers may lag behind what it has done."""

    clock: Clock = field(default_factory=lambda: FixedClock(MORNING))
    keys: dict[str, StoredKey] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)
    # By the number of the request, counted from one. A reply is given in place of the answer,
    # and nothing is done.
    accidents: dict[int, Fault | Reply] = field(default_factory=dict)
    known_after_seconds: float = 0
    listed_after_seconds: float = 0
    dead_after_seconds: float = 0
    places: int | None = None
    keeps_labels: bool = True
    made: int = 0

    def answer(self, asked: Asked) -> Reply:
        if (asked.method, asked.path) == ("GET", "/v1/key"):
            return self._whose(asked.bearer)
        if asked.bearer != ADMIN_TOKEN:
            return Reply(401, {"error": f"CANARY unknown token {asked.bearer}"})
        if (asked.method, asked.path) == ("GET", "/v1/keys"):
            return self._page(asked.query)
        if (asked.method, asked.path) == ("POST", "/v1/keys"):
            return self._issued(json.loads(asked.body)["label"])
        if asked.method == "DELETE" and asked.path.startswith("/v1/keys/"):
            return self.revoke(asked.path.removeprefix("/v1/keys/"))
        return Reply(404)

    def reply_next(self, *replies: Reply) -> None:
        """What is answered next, whatever is asked."""
        self.accidents = dict(enumerate(replies, start=len(self.asked) + 1))

    def add(self, label: str) -> tuple[str, str]:
        """A new key: its id and the key itself."""
        self.made += 1
        key_id, key = f"key_{self.made}", f"CANARY-key-{self.made}"
        self.keys[key_id] = StoredKey(key, label, self.clock.monotonic())
        return key_id, key

    def revoke(self, key_id: str) -> Reply:
        stored = self.keys.get(key_id)
        if stored is None or stored.revoked_at is not None:
            return Reply(404)
        stored.revoked_at = self.clock.monotonic()
        return Reply(204)

    def live(self) -> list[str]:
        """The ids of all keys that were not revoked, in the order of their making."""
        return [key_id for key_id, key in self.keys.items() if key.revoked_at is None]

    def lets_in(self, key: str) -> bool:
        return self._whose(key).status == 200

    def _whose(self, key: str) -> Reply:
        for key_id, stored in self.keys.items():
            if stored.key == key and self._is_known(stored):
                return Reply(200, {"id": key_id})
        return Reply(401, {"error": "CANARY unknown key"})

    def _is_known(self, stored: StoredKey) -> bool:
        now = self.clock.monotonic()
        return stored.issued_at + self.known_after_seconds <= now and not self._is_dead(stored)

    def _is_dead(self, stored: StoredKey) -> bool:
        if stored.revoked_at is None:
            return False
        return stored.revoked_at + self.dead_after_seconds <= self.clock.monotonic()

    def _page(self, query: Mapping[str, str]) -> Reply:
        now, prefix, start = self.clock.monotonic(), query["label_prefix"], query.get("cursor", "0")
        listed = [
            {"id": key_id, "label": stored.label, "created_by": "an administrator"}
            for key_id, stored in self.keys.items()
            if stored.label.startswith(prefix)
            and stored.issued_at + self.listed_after_seconds <= now
            and not self._is_dead(stored)
        ]
        end = int(start) + PAGE
        page: dict[str, Any] = {"keys": listed[int(start) : end]}
        page["next"] = str(end) if end < len(listed) else None
        if self.places is not None:
            page["free_places"] = self.places - len(self.live())
        return Reply(200, page)

    def _issued(self, label: str) -> Reply:
        if self.places is not None and len(self.live()) >= self.places:
            return Reply(409, {"error": "CANARY no more keys"})
        key_id, key = self.add(label if self.keeps_labels else "")
        return Reply(201, {"id": key_id, "key": key, "label": self.keys[key_id].label})


@dataclass(frozen=True)
class RunningIssuer:
    """The server's address, who vouches for it, and the shop behind it, which tests may change."""

    port: int
    certificate: ServerCertificate
    server: "_Server"

    def open_shop(self, clock: Clock) -> KeyShop:
        """A new shop in place of the one before."""
        self.server.shop = shop = KeyShop(clock)
        return shop

    def admin_document(self, **changed: Any) -> str:
        """The administrator's secret; a field that is changed to None is left out."""
        fields = {
            "issuer_url": f"https://{HOST}:{self.port}/v1/",
            "token": ADMIN_TOKEN,
            "ca_certificate": self.certificate.authority,
            "remark": "other fields are nobody's business",
        } | changed
        return json.dumps({name: value for name, value in fields.items() if value is not None})


@contextmanager
def running_issuer() -> Iterator[RunningIssuer]:
    """A server on a free port of loopback, in threads of this process."""
    certificate = server_certificate(HOST)
    server = _Server(("127.0.0.1", 0), _Handler)
    # The handshake is left to the thread of the connection.
    server.socket = _context(certificate).wrap_socket(
        server.socket, server_side=True, do_handshake_on_connect=False
    )
    thread = threading.Thread(target=server.serve_forever, args=(_STOP_POLL_SECONDS,))
    thread.start()
    try:
        yield RunningIssuer(server.server_address[1], certificate, server)
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _context(certificate: ServerCertificate) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with tempfile.TemporaryDirectory() as folder:
        chain, key = Path(folder, "chain.pem"), Path(folder, "key.pem")
        chain.write_text(certificate.certificate)
        key.write_text(certificate.key)
        context.load_cert_chain(chain, key)
    return context


class _Server(ThreadingHTTPServer):
    shop: KeyShop
    # Who comes while that many wait is let in a second later.
    request_queue_size = 64

    def __init__(self, address: tuple[str, int], handler: type[BaseHTTPRequestHandler]) -> None:
        super().__init__(address, handler)
        self.shop = KeyShop()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Clients that do not trust it, or are killed, are no faults of the server."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def _answer(self) -> None:
        shop, asked = self.server.shop, self._asked()
        shop.asked.append(asked)
        accident = shop.accidents.get(len(shop.asked))
        self.close_connection = True
        if accident is Fault.LOST_BEFORE:
            return
        reply = accident if isinstance(accident, Reply) else shop.answer(asked)
        shop.clock.sleep(reply.seconds)
        if accident is Fault.LOST_AFTER:
            return
        if accident is Fault.DRIPPED:
            self._drip()
            return
        self.send_response(reply.status)
        for name, value in {"content-length": str(len(reply.body)), **reply.headers}.items():
            self.send_header(name, value)
        self.end_headers()
        end = len(reply.body) // 2 if accident is Fault.CUT_SHORT else len(reply.body)
        self.wfile.write(reply.body[:end])

    def _drip(self) -> None:
        # When the last drop is out, or the client gone, nothing moves the clock any more.
        for drop in b"HTTP/1.1 200 OK"[:DRIPS]:
            self.wfile.write(bytes([drop]))
            self.server.shop.clock.sleep(DRIP_SECONDS)
        self.wfile.write(b"!")

    def _asked(self) -> Asked:
        return Asked(
            method=self.command,
            target=self.path,
            bearer=(self.headers.get("authorization") or "").removeprefix("Bearer "),
            body=self.rfile.read(int(self.headers.get("content-length", "0"))),
        )

    # The base class looks for these names.
    do_GET = do_POST = do_DELETE = _answer  # noqa: N815

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class's name
        """Tests read what was asked from the shop."""
