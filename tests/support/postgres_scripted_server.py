"""A server that answers what it was told to, whatever it is asked, and then hangs up."""

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from local.postgres.certificates import ServerCertificate
from local.postgres.front import ADDRESS, server_context
from postgres_server import HOST
from rotation.strategies.postgres.document import Server

PATIENCE_SECONDS = 20


@dataclass
class ScriptedPostgres:
    """`heard` is what the last client sent after TLS was, or would have been, agreed on."""

    certificate: ServerCertificate
    in_clear: bytes = b""
    in_private: bytes = b""
    heard: bytes = b""

    @property
    def server(self) -> Server:
        return Server(HOST, self._port, "shop", self.certificate.authority)

    @contextmanager
    def running(self) -> Iterator["ScriptedPostgres"]:
        self._context = server_context(self.certificate)
        with socket.create_server((ADDRESS, 0)) as listening:
            self._port: int = listening.getsockname()[1]
            thread = threading.Thread(target=self._serve, args=(listening,))
            thread.start()
            try:
                yield self
            finally:
                listening.shutdown(socket.SHUT_RDWR)
                thread.join()

    def _serve(self, listening: socket.socket) -> None:
        while True:
            try:
                client, _ = listening.accept()
            except OSError:
                return
            client.settimeout(PATIENCE_SECONDS)
            with client, suppress(OSError):
                self._answer(client)

    def _answer(self, client: socket.socket) -> None:
        client.recv(8)
        client.sendall(self.in_clear)
        if self.in_clear != b"S":
            client.shutdown(socket.SHUT_WR)
            self._listen(client)
            return
        with self._context.wrap_socket(client, server_side=True) as private:
            self.heard = private.recv(4096)
            private.sendall(self.in_private)
            # An end that the client can tell from one that was cut off.
            with suppress(ssl.SSLError):
                private.unwrap()

    def _listen(self, client: socket.socket) -> None:
        self.heard = b""
        while heard := client.recv(4096):
            self.heard += heard
