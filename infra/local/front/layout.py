"""Where the front keeps what, and what its process is known by."""

from dataclasses import dataclass
from pathlib import Path

MODULE = "local.front"


@dataclass(frozen=True, slots=True)
class FrontLayout:
    """The files of the front, all in the local directory."""

    directory: Path

    @property
    def record(self) -> Path:
        """Which process it is; see process_record."""
        return self.directory / "front.json"

    @property
    def lock(self) -> Path:
        """Held by whoever starts or stops it."""
        return self.directory / "front.lock"

    @property
    def port(self) -> Path:
        """The port it had last, so that its address stays."""
        return self.directory / "front.port"

    @property
    def log(self) -> Path:
        return self.directory / "front.log"

    @property
    def previous_log(self) -> Path:
        return self.directory / "front.previous.log"

    @property
    def key(self) -> Path:
        """The key pair by which its owner signs in; see local_credentials."""
        return self.directory / "front-key.json"

    @property
    def home(self) -> Path:
        """Its HOME and working directory, so that the user's own AWS files are out of reach."""
        return self.directory / "front-home"
