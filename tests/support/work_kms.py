"""As much of KMS as an engine needs to open data keys that are not wrapped at all."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class _Decrypt(BaseHTTPRequestHandler):
    """Answers `Decrypt` with what was to be decrypted."""

    def do_POST(self) -> None:  # noqa: N802 - the base class's name
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        answer = json.dumps({"KeyId": "nobody", "Plaintext": asked["CiphertextBlob"]}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/x-amz-json-1.1")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, format: str, *arguments: object) -> None:
        """Nobody reads it."""


@contextmanager
def serving_kms() -> Iterator[str]:
    """The URL of a key service for unwrapped keys, until the block ends."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _Decrypt) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join()
