"""The engine kept between runs, per user, with a record by which a broken one is noticed.

engine/<version>-<system>-<architecture>/pulumi         the engine
                                         pulumi.json    its record: size, time, digest
                                         pulumi.partial one that is being made
"""

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from local.engine_binary.pin import Platform
from local.engine_binary.probe import check_version
from local.errors import EngineStepError


@dataclass(frozen=True, slots=True)
class _Record:
    size: int
    modified_ns: int
    sha256: str


class EngineCache:
    """One version of the engine for one platform."""

    def __init__(
        self,
        cache_directory: Path,
        version: str,
        platform: Platform,
        environment: Mapping[str, str],
    ) -> None:
        name = f"{version}-{platform.system}-{platform.architecture}"
        self._version = version
        self._environment = environment
        self._directory = cache_directory / "engine" / name
        self._engine = self._directory / "pulumi"
        self._record = self._directory / "pulumi.json"
        self.partial = self._directory / "pulumi.partial"
        self.lock = self._directory.with_name(f"{name}.lock")

    def find(self) -> Path:
        """The cached engine; raises EngineStepError if there is none that can be trusted."""
        if not self._engine.is_file():
            raise EngineStepError(f"nothing at {self._engine}")
        if not os.access(self._engine, os.X_OK):
            raise EngineStepError(f"{self._engine} is not executable")
        record = self._read_record()
        if record is None:
            self._adopt()
        elif not self._is_unchanged(record):
            self._compare_digest(record)
        return self._engine

    def start_partial(self) -> Path:
        """Where a new engine is to be written; what an interrupted run left there is gone."""
        self._directory.mkdir(parents=True, exist_ok=True)
        self.partial.unlink(missing_ok=True)
        return self.partial

    def keep_partial(self) -> Path:
        """Put the new engine in its place, if it is the right version; else EngineStepError."""
        self.partial.chmod(0o755)
        check_version(self.partial, self._version, self._environment)
        # Without a record the engine is checked by running it, so this order has no bad moment.
        self._record.unlink(missing_ok=True)
        self.partial.replace(self._engine)
        self._write_record()
        return self._engine

    def _adopt(self) -> None:
        check_version(self._engine, self._version, self._environment)
        self._write_record()

    def _is_unchanged(self, record: _Record) -> bool:
        # Hashing 110 MB would cost each start a good part of a second.
        facts = self._engine.stat()
        return (facts.st_size, facts.st_mtime_ns) == (record.size, record.modified_ns)

    def _compare_digest(self, record: _Record) -> None:
        if _sha256_of(self._engine) != record.sha256:
            raise EngineStepError(f"{self._engine} is not what was put there")
        self._write_record()

    def _write_record(self) -> None:
        facts = self._engine.stat()
        record = _Record(facts.st_size, facts.st_mtime_ns, _sha256_of(self._engine))
        # Readers take no lock, and two may adopt at once: none may see half a record.
        fresh = self._record.with_name(f"{self._record.name}.{os.getpid()}")
        fresh.write_text(json.dumps(asdict(record)))
        fresh.replace(self._record)

    def _read_record(self) -> _Record | None:
        try:
            fields = json.loads(self._record.read_text())
            return _Record(
                size=int(fields["size"]),
                modified_ns=int(fields["modified_ns"]),
                sha256=str(fields["sha256"]),
            )
        except (OSError, ValueError, KeyError, TypeError):
            # No record or a damaged one: the engine has to show its version again.
            return None


def _sha256_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
