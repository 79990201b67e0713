"""What the pinned engine's own sources say of the protocol: its endpoints and journal entries."""

import json
import re
import subprocess
from dataclasses import dataclass
from functools import cache
from pathlib import Path

MODULE = Path(__file__).resolve().parents[2] / "infra" / "engine"
PKG = "github.com/pulumi/pulumi/pkg/v3"
SDK = "github.com/pulumi/pulumi/sdk/v3"

_ENDPOINT = re.compile(r'addEndpoint\(\s*"(\w+)",\s*"([^"]+)",\s*"(\w+)"\)')
_KIND = re.compile(r"^\s*JournalEntryKind(\w+)\s+JournalEntryKind = (\d+)$", re.MULTILINE)
_FIELD = re.compile(r'`json:"(\w+)')


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A row of the table by which the CLI names its calls."""

    method: str
    path: str
    name: str


def upstream_endpoints() -> list[Endpoint]:
    """The whole table."""
    source = _source(PKG, "backend/httpstate/client/api_endpoints.go")
    found = [Endpoint(*row) for row in _ENDPOINT.findall(source)]
    # Each call of the function, but for its definition.
    assert len(found) == source.count("addEndpoint(")
    return found


def upstream_journal_kinds() -> dict[str, int]:
    """The kinds of journal entries and their numbers."""
    found = _KIND.findall(_source(SDK, "go/common/apitype/journal.go"))
    return {name: int(number) for name, number in found}


def upstream_journal_fields() -> set[str]:
    """The fields of a journal entry."""
    source = _source(SDK, "go/common/apitype/journal.go")
    body = source.split("type JournalEntry struct {")[1].split("\n}")[0]
    return set(_FIELD.findall(body))


def upstream_journal_version() -> set[int]:
    """The journal versions that a client offers."""
    source = _source(PKG, "backend/httpstate/client/client.go")
    return {int(number) for number in re.findall(r"JournalVersion = (\d+)", source)}


@cache
def _source(module: str, path: str) -> str:
    return (_folder(module) / path).read_text()


@cache
def _folder(module: str) -> Path:
    """The module as pinned, from Go's cache; it is fetched if it is not there yet."""
    command = ["go", "mod", "download", "-json", module]
    done = subprocess.run(command, cwd=MODULE, capture_output=True, text=True, check=True)
    return Path(json.loads(done.stdout)["Dir"])
