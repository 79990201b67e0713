"""A plugin as its own process, as the engine starts it."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from plugin_client import PluginClient

_EXIT_SECONDS = 20


@dataclass(frozen=True, slots=True)
class RunningPlugin:
    """The process, with the engine's end of its pipes, and a client that talks to it."""

    process: "subprocess.Popen[str]"
    client: PluginClient

    def wait(self) -> int:
        """Its exit code; raises if it stays."""
        return self.process.wait(timeout=_EXIT_SECONDS)

    def engine_dies(self) -> None:
        """What the kernel does for an engine that is gone: close its end."""
        assert self.process.stdin is not None
        self.process.stdin.close()


@contextmanager
def running_plugin(executable: Path) -> Iterator[RunningPlugin]:
    """Start it, read its port, and leave nothing behind."""
    process = subprocess.Popen(
        [executable, "127.0.0.1:1"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    client = PluginClient(int(process.stdout.readline()))
    try:
        yield RunningPlugin(process, client)
    finally:
        client.close()
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                pipe.close()
