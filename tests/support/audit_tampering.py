"""What somebody may do to an export of the audit: changes that are made with care, and any others.

The careful ones write the last line anew, as who knows the format would.
"""

import json
from collections.abc import Sequence
from typing import Any

from orchestrator.audit.entries import hash_of
from orchestrator.audit.export import canonical_line, checksum
from orchestrator.state.exact_json import encode_json

Line = dict[str, Any]


def lines_of(content: bytes) -> list[Line]:
    """All lines but the last, as objects."""
    return [json.loads(line) for line in content.splitlines()[:-1]]


def entries_in(lines: Sequence[Line]) -> list[Line]:
    return [line for line in lines if line["type"] == "entry"]


def written(lines: Sequence[Line]) -> bytes:
    """The lines as a file whose last line fits them."""
    content = b"".join(map(canonical_line, lines))
    of_type = [line["type"] for line in lines]
    end = {"entries": of_type.count("entry"), "heads": of_type.count("head")}
    return content + canonical_line({**end, "sha256": checksum(content), "type": "end"})


def rehashed(line: Line) -> Line:
    """The line of an entry with the hash that its content has by now."""
    return {**line, "hash": hash_of(encode_json(line["entry"], sort_keys=True))}


def rechained(lines: Sequence[Line], *, after: int = 0) -> list[Line]:
    """The same with the entries behind number `after` linked and hashed anew."""
    done: list[Line] = []
    previous = ""
    for line in lines:
        if line["type"] == "entry" and line["entry"]["number"] > after:
            if previous:
                line = {**line, "entry": {**line["entry"], "previous": previous}}
            line = rehashed(line)
        if line["type"] == "entry":
            previous = line["hash"]
        done.append(line)
    return done


def with_entry(lines: Sequence[Line], number: int, **changes: Any) -> list[Line]:
    """The same with facts of one entry changed, its hash left as it was."""
    return [
        {**line, "entry": {**line["entry"], **changes}}
        if line["type"] == "entry" and line["entry"]["number"] == number
        else line
        for line in lines
    ]


def without_entries(lines: Sequence[Line], *numbers: int) -> list[Line]:
    return [
        line for line in lines if line["type"] != "entry" or line["entry"]["number"] not in numbers
    ]
