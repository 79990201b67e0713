"""`hoist state serve` as a process of its own, that may be ended, killed and started again."""

import json
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from hoist_command import HoistShell

MAX_WAIT_SECONDS = 60


@dataclass(slots=True)
class ServingProcess:
    """The server on a store; started again, it comes back on the same port."""

    store: Path
    process: "subprocess.Popen[str]"
    url: str
    access_token: str

    @property
    def port(self) -> int:
        return int(self.url.rpartition(":")[2])

    def end(self) -> int:
        """Ask it to end, as a supervisor does; its exit code."""
        self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(MAX_WAIT_SECONDS)
        self._close()
        return code

    def kill(self) -> None:
        """End it as a power cut does, as far as a process can tell."""
        self.process.kill()
        self.process.wait(MAX_WAIT_SECONDS)
        self._close()

    def start_again(self) -> None:
        """Start one in place of the one that has ended."""
        again = start_serving(self.store, port=self.port)
        assert (again.url, again.access_token) == (self.url, self.access_token)
        self.process = again.process

    def _close(self) -> None:
        for stream in (self.process.stdout, self.process.stderr):
            if stream:
                stream.close()


def start_serving(store: Path, *, port: int = 0) -> ServingProcess:
    """Start a server on a store, and wait until it answers."""
    store.parent.mkdir(parents=True, exist_ok=True)
    shell = HoistShell(store.parent, {})
    process = shell.start("state", "serve", "--store", str(store), "--port", str(port), "--json")
    assert process.stdout
    line = process.stdout.readline()
    if not line:
        _, told = process.communicate(timeout=MAX_WAIT_SECONDS)
        raise AssertionError(f"it did not start: {told}")
    facts = json.loads(line)
    return ServingProcess(store, process, facts["url"], facts["access_token"])


@contextmanager
def serving(store: Path) -> Iterator[ServingProcess]:
    """A server until the block ends, if it was not killed before."""
    server = start_serving(store)
    try:
        yield server
    finally:
        if server.process.poll() is None:
            server.kill()
