"""The engine's own journal replayer as a child process: the judge of Hoist's fold.

It is built once from tests/oracle/main.go and the modules that infra/engine pins, and kept in the
user's cache under a digest of all that went into it.
"""

import fcntl
import hashlib
import json
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Self

REPOSITORY = Path(__file__).resolve().parents[2]
SOURCE = REPOSITORY / "tests" / "oracle" / "main.go"
MODULE = REPOSITORY / "infra" / "engine"
CACHE = Path.home() / ".cache" / "hoist" / "oracle"
OLDEST_GO = (1, 25)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the engine makes of a base and a journal: a deployment or an error, and its checks."""

    error: str
    version: int
    features: tuple[str, ...]
    deployment: dict[str, Any]
    write_error: str
    read_error: str

    @classmethod
    def from_answer(cls, answer: Mapping[str, Any]) -> Self:
        return cls(
            error=answer.get("error", ""),
            version=answer.get("version", 0),
            features=tuple(answer.get("features") or ()),
            deployment=answer.get("deployment") or {},
            write_error=answer.get("writeError", ""),
            read_error=answer.get("readError", ""),
        )

    @property
    def is_intact(self) -> bool:
        """Whether the engine would write this state, and read it again."""
        return not (self.error or self.write_error or self.read_error)


class Oracle:
    """One running oracle. Not for several threads at once."""

    def __init__(self, requests: IO[str], answers: IO[str]) -> None:
        self._requests = requests
        self._answers = answers

    def replay_prefixes(
        self, base: Mapping[str, Any] | None, entries: Sequence[Mapping[str, Any]]
    ) -> list[Outcome]:
        """The outcome after no entry, after the first, and so on to all of them."""
        answer = self._ask({"base": base, "entries": list(entries)})
        return [Outcome.from_answer(prefix) for prefix in answer["prefixes"]]

    def judge(self, deployment: Mapping[str, Any]) -> Outcome:
        """What the engine's checks say of a deployment."""
        return Outcome.from_answer(self._ask({"deployment": deployment})["verdict"])

    def _ask(self, request: Mapping[str, Any]) -> Any:
        self._requests.write(json.dumps(request) + "\n")
        self._requests.flush()
        line = self._answers.readline()
        if not line:
            raise RuntimeError("the oracle has ended; what it said last is on stderr")
        return json.loads(line)


@contextmanager
def running_oracle() -> Iterator[Oracle]:
    """Start the oracle, building it first if need be; it ends with the context."""
    process = subprocess.Popen(
        [build_oracle()], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    with process:
        assert process.stdin
        assert process.stdout
        # Leaving closes its stdin; it ends when there is nothing more to read.
        yield Oracle(process.stdin, process.stdout)


def build_oracle() -> Path:
    """The oracle's binary. Two processes at once build it once."""
    binary = CACHE / _digest_of_inputs(_go_version()) / "oracle"
    if binary.exists():
        return binary
    binary.parent.mkdir(parents=True, exist_ok=True)
    with (binary.parent / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not binary.exists():
            _build(binary)
    return binary


def _build(binary: Path) -> None:
    with tempfile.TemporaryDirectory(dir=binary.parent) as folder:
        draft = Path(folder) / "oracle"
        # The flags of the engine's own build, so that both share Go's build cache.
        command = ["env", "CGO_ENABLED=0", "go", "build", "-trimpath", "-buildvcs=false"]
        built = subprocess.run(
            [*command, "-o", draft, os.path.relpath(SOURCE, MODULE)],
            cwd=MODULE,
            capture_output=True,
            text=True,
            check=False,
        )
        if built.returncode:
            raise RuntimeError(f"the oracle does not build:\n{built.stderr}")
        draft.replace(binary)


def _digest_of_inputs(go_version: str) -> str:
    inputs = [path.read_bytes() for path in (SOURCE, MODULE / "go.mod", MODULE / "go.sum")]
    digests = [hashlib.sha256(content).hexdigest() for content in inputs]
    return hashlib.sha256(" ".join([go_version, *digests]).encode()).hexdigest()[:16]


def _go_version() -> str:
    wanted = "install Go {}.{} or newer, and put it on PATH".format(*OLDEST_GO)
    if not shutil.which("go"):
        raise RuntimeError(f"the oracle is built with Go, which is not here: {wanted}")
    command = ["go", "env", "GOVERSION"]
    version = subprocess.run(command, cwd=MODULE, capture_output=True, text=True, check=True).stdout
    numbers = re.match(r"go(\d+)\.(\d+)", version)
    if not numbers or (int(numbers[1]), int(numbers[2])) < OLDEST_GO:
        raise RuntimeError(f"the oracle is not built with {version.strip()}: {wanted}")
    return version.strip()
