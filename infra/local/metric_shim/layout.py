"""Where the shim keeps what, and what its process is known by."""

from dataclasses import dataclass
from pathlib import Path

MODULE = "local.metric_shim"


@dataclass(frozen=True, slots=True)
class ShimLayout:
    """The files of the shim, all in the local directory."""

    directory: Path

    @property
    def note(self) -> Path:
        """Which process it is; see process_record."""
        return self.directory / "metric-shim.json"

    @property
    def lock(self) -> Path:
        """Held by whoever starts or stops it."""
        return self.directory / "metric-shim.lock"

    @property
    def log(self) -> Path:
        return self.directory / "metric-shim.log"

    @property
    def previous_log(self) -> Path:
        return self.directory / "metric-shim.previous.log"

    @property
    def home(self) -> Path:
        """Its HOME and working directory, so that the user's own AWS files are out of reach."""
        return self.directory / "metric-shim-home"
