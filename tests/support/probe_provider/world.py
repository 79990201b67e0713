"""The folder that stands for the cloud."""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

_OPERATIONS = "operations.jsonl"


class World:
    """Reads and writes the resources in a folder; plugin and test each make their own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def resources(self) -> dict[str, dict[str, Any]]:
        """All that exist, by id."""
        return {path.stem: json.loads(path.read_text()) for path in self._files()}

    def names(self) -> list[str]:
        """The names of all that exist, sorted; a double create shows twice."""
        return sorted(resource["name"] for resource in self.resources().values())

    def operations(self) -> list[tuple[str, str]]:
        """What was done so far: (`create`, name), (`update`, name), (`delete`, name)."""
        path = self.folder / _OPERATIONS
        lines = path.read_text().splitlines() if path.exists() else []
        return [(entry["operation"], entry["name"]) for entry in map(json.loads, lines)]

    def get(self, resource_id: str) -> dict[str, Any] | None:
        """The resource, or None when there is none."""
        path = self._file(resource_id)
        try:
            resource: dict[str, Any] = json.loads(path.read_text())
        except FileNotFoundError:
            return None
        return resource

    def put(self, resource_id: str, resource: dict[str, Any]) -> None:
        """Write the resource, whole or not at all."""
        draft = self.folder / f".{resource_id}"
        draft.write_text(json.dumps(resource))
        draft.replace(self._file(resource_id))

    def remove(self, resource_id: str) -> None:
        """Delete the resource; does nothing if there is none."""
        self._file(resource_id).unlink(missing_ok=True)

    def record(self, operation: str, resource_id: str, name: str) -> None:
        """Add to the list of what was done."""
        line = json.dumps({"operation": operation, "id": resource_id, "name": name}) + "\n"
        # One short write to an O_APPEND file: lines of several plugins never mix.
        descriptor = os.open(
            self.folder / _OPERATIONS, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644
        )
        try:
            os.write(descriptor, line.encode())
        finally:
            os.close(descriptor)

    def mark_started(self, name: str) -> None:
        """Leave a sign that an operation of this resource has begun."""
        self.started_sign(name).touch()

    def started_sign(self, name: str) -> Path:
        """Exists once an operation of this resource has begun."""
        return self.folder / f"{name}.started"

    def _file(self, resource_id: str) -> Path:
        return self.folder / f"{resource_id}.json"

    def _files(self) -> Iterator[Path]:
        return (path for path in self.folder.glob("*.json") if not path.name.startswith("."))
