"""Messages of known length over a stream socket."""

import socket

LENGTH_BYTES = 4
CHUNK_BYTES = 64 * 1024


def send_frame(connection: socket.socket, body: bytes) -> None:
    """Send one message. Raises OSError if the other end is gone."""
    connection.sendall(len(body).to_bytes(LENGTH_BYTES, "big") + body)


def receive_frame(connection: socket.socket) -> bytes | None:
    """The next message; None if the other end is gone before all of it has arrived."""
    length = _receive(connection, LENGTH_BYTES)
    return None if length is None else _receive(connection, int.from_bytes(length, "big"))


def _receive(connection: socket.socket, size: int) -> bytes | None:
    received = bytearray()
    while len(received) < size:
        try:
            chunk = connection.recv(min(size - len(received), CHUNK_BYTES))
        except ConnectionError:
            return None
        if not chunk:
            return None
        received += chunk
    return bytes(received)
