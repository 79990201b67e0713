"""A relay in front of a PostgreSQL server, which decides in its place whether there is TLS.

It gives TLS to a server whose build has none, as poolers and proxies do; or it says that there is
none, of a server that has it. A client that does not ask for TLS is refused.
"""

import asyncio
import ssl
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from local.postgres.certificates import ServerCertificate

ADDRESS = "127.0.0.1"
TLS_REQUEST = b"\x00\x00\x00\x08\x04\xd2\x16\x2f"

_GONE = (OSError, asyncio.IncompleteReadError)


@contextmanager
def front_of(port: int, context: ssl.SSLContext | None) -> Iterator[int]:
    """The port at which the server can be reached with TLS; without a context, in clear alone."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    front = _Front(port, context)
    try:
        yield asyncio.run_coroutine_threadsafe(front.open(), loop).result()
    finally:
        asyncio.run_coroutine_threadsafe(front.close(), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


def server_context(certificate: ServerCertificate) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    # The library takes a certificate of its own from files alone.
    with tempfile.TemporaryDirectory() as directory:
        shown, key = Path(directory) / "certificate", Path(directory) / "key"
        shown.write_text(certificate.certificate)
        key.write_text(certificate.key)
        context.load_cert_chain(shown, key)
    return context


class _Front:
    def __init__(self, port: int, context: ssl.SSLContext | None) -> None:
        self._port = port
        self._context = context
        self._clients: set[asyncio.Task[None]] = set()

    async def open(self) -> int:
        self._server = await asyncio.start_server(self._client, ADDRESS, 0)
        port: int = self._server.sockets[0].getsockname()[1]
        return port

    async def close(self) -> None:
        self._server.close()
        for client in self._clients:
            client.cancel()
        await asyncio.gather(*self._clients, return_exceptions=True)

    async def _client(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task
        self._clients.add(task)
        try:
            with suppress(*_GONE):
                await self._relay(reader, writer)
        finally:
            self._clients.discard(task)
            writer.close()

    async def _relay(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if await reader.readexactly(len(TLS_REQUEST)) != TLS_REQUEST:
            return
        writer.write(b"S" if self._context else b"N")
        if self._context:
            await writer.start_tls(self._context)
        from_server, to_server = await asyncio.open_connection(ADDRESS, self._port)
        try:
            await asyncio.gather(_pump(reader, to_server), _pump(from_server, writer))
        finally:
            to_server.close()


async def _pump(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    with suppress(*_GONE):
        while data := await source.read(1 << 16):
            target.write(data)
            await target.drain()
    target.close()
