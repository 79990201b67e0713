"""What a program's process is told: where the program is and what it may see."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class ProgramRequest:
    """One program to run. It travels as JSON to the process that runs it."""

    program: Path
    """The directory with `__main__.py`, or the file itself, as `main` in Pulumi.yaml has it."""
    root_directory: Path
    """The project's directory."""
    import_paths: Sequence[Path]
    """Where its packages are, besides its own directory; preferred over the worker's packages."""
    environment: Mapping[str, str]

    @property
    def directory(self) -> Path:
        """Where it runs, and imports from first."""
        return self.program.parent if self.program.is_file() else self.program

    def as_json(self) -> bytes:
        return json.dumps(
            {
                "program": str(self.program),
                "root_directory": str(self.root_directory),
                "import_paths": [str(path) for path in self.import_paths],
                "environment": dict(self.environment),
            }
        ).encode()

    @classmethod
    def from_json(cls, text: bytes) -> "ProgramRequest":
        fields = json.loads(text)
        return cls(
            program=Path(fields["program"]),
            root_directory=Path(fields["root_directory"]),
            import_paths=tuple(map(Path, fields["import_paths"])),
            environment=fields["environment"],
        )

    def replaces_any(self, modules: Sequence[str] | frozenset[str]) -> bool:
        """Whether its packages hold one of these modules, which are dotted names."""
        return any(
            _holds(folder, module.split("."))
            for folder in self.import_paths
            if folder.is_dir()
            for module in modules
        )


def _holds(folder: Path, module: Sequence[str]) -> bool:
    place = folder.joinpath(*module)
    return place.is_dir() or place.with_name(f"{place.name}.py").is_file()
