"""The engine's events, as its `--json` output tells them, one to a line."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from orchestrator.engine.property_changes import PropertyChange, changes_of, object_at

_COLOUR_TAG = re.compile(r"<\{%.*?%\}>")


class Severity(StrEnum):
    """How much a diagnostic matters."""

    DEBUG = "debug"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Step:
    """What the engine does to one resource."""

    urn: str
    type: str
    operation: str
    """Pulumi's own word: create, update, delete, same, replace, create-replacement, refresh …"""
    changes: tuple[PropertyChange, ...] = ()
    is_custom: bool = True
    """False for a component and for the stack itself, which last as long as what is in them."""

    @property
    def name(self) -> str:
        return self.urn.rsplit("::", 1)[-1]


@dataclass(frozen=True, slots=True)
class StepStarted:
    """The engine begins a step, or plans it in a preview."""

    step: Step


@dataclass(frozen=True, slots=True)
class StepDone:
    """A step has succeeded."""

    step: Step


@dataclass(frozen=True, slots=True)
class StepFailed:
    """A step has failed; the reason is in a diagnostic with the same URN."""

    step: Step


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """Something that the engine, a provider or the program has to say."""

    severity: Severity
    message: str
    urn: str = ""


@dataclass(frozen=True, slots=True)
class Summary:
    """The engine's own last word."""

    changes: Mapping[str, int] = field(default_factory=dict)
    result: str = ""


EngineEvent = StepStarted | StepDone | StepFailed | Diagnostic | Summary


def parse_event(line: str) -> EngineEvent | None:
    """The event of an output line.

    None for events that we have no use for (debugging, policies, the prelude). A line that is no
    event is what a plugin or the CLI wrote past the protocol; it comes back as a Diagnostic.
    """
    try:
        document = json.loads(line)
    except (ValueError, RecursionError):
        document = None
    if not isinstance(document, dict):
        return Diagnostic(Severity.INFO, line) if line.strip() else None
    for key, parse in _PARSERS.items():
        if isinstance(document.get(key), dict):
            return parse(document[key])
    if "sequence" in document:
        return None
    return _bare_error(document)


def _bare_error(document: dict[str, Any]) -> Diagnostic | None:
    """An engine that fails before its first event says so in an object of its own."""
    error = document.get("error")
    return Diagnostic(Severity.ERROR, str(error)) if error else None


def _diagnostic(event: dict[str, Any]) -> Diagnostic | None:
    severity = str(event.get("severity", "")).partition("#")[0]
    if severity == Severity.DEBUG or event.get("ephemeral"):
        return None
    text = _COLOUR_TAG.sub("", str(event.get("message", ""))).strip()
    known = severity in {str(level) for level in Severity}
    return Diagnostic(
        Severity(severity) if known else Severity.INFO, text, str(event.get("urn") or "")
    )


def _summary(event: dict[str, Any]) -> Summary:
    changes = object_at(event, "resourceChanges")
    counts = {str(key): count for key, count in changes.items() if isinstance(count, int)}
    return Summary(counts, str(event.get("result") or ""))


def _step(event: dict[str, Any]) -> Step:
    metadata = object_at(event, "metadata")
    return Step(
        urn=str(metadata.get("urn", "")),
        type=str(metadata.get("type", "")),
        operation=str(metadata.get("op", "")),
        changes=changes_of(metadata),
        is_custom=bool(metadata.get("provider")),
    )


_PARSERS: dict[str, Callable[[dict[str, Any]], EngineEvent | None]] = {
    "resourcePreEvent": lambda event: StepStarted(_step(event)),
    "resOutputsEvent": lambda event: StepDone(_step(event)),
    "resOpFailedEvent": lambda event: StepFailed(_step(event)),
    "diagnosticEvent": _diagnostic,
    # What the CLI itself says, such as that it has heard an interrupt.
    "stdoutEvent": _diagnostic,
    "summaryEvent": _summary,
}
