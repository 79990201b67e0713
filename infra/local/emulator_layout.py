"""Where one emulator keeps what: its data, its logs, and the note of which process it is."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class EmulatorLayout:
    """The files of one emulator, all below one directory."""

    directory: Path

    @property
    def record(self) -> Path:
        """Which process it is; see emulator_record."""
        return self.directory / "emulator.json"

    @property
    def bootstrap(self) -> Path:
        """What the bootstrap made on it; see emulator_bootstrap."""
        return self.directory / "bootstrap.json"

    @property
    def lock(self) -> Path:
        """Held by whoever starts or stops it."""
        return self.directory / "emulator.lock"

    @property
    def port(self) -> Path:
        """The port it had last, so that what was deployed finds it again."""
        return self.directory / "emulator.port"

    @property
    def log(self) -> Path:
        return self.directory / "emulator.log"

    @property
    def previous_log(self) -> Path:
        return self.directory / "emulator.previous.log"

    @property
    def state(self) -> Path:
        """All services but S3; written when it stops."""
        return self.directory / "state"

    @property
    def objects(self) -> Path:
        """S3; written at once."""
        return self.directory / "objects"

    @property
    def temporary(self) -> Path:
        """Its TMPDIR, functions' code among it; emptied at each start."""
        return self.directory / "tmp"

    @property
    def home(self) -> Path:
        """Its HOME, so that the user's own files are out of reach."""
        return self.directory / "home"
