"""Reads the compiled requirements files: one version and its hashes for each package."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from packaging.markers import Marker
from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

from building.errors import RequirementNotPinnedError

_CONTINUATION = re.compile(r"\\\r?\n")
_COMMENT = re.compile(r"(^|\s)#.*$")
_HASH = re.compile(r"\s--hash=(sha256:[0-9a-f]{64})(?!\S)")


@dataclass(frozen=True, slots=True)
class Pin:
    """One package at one version."""

    name: str
    version: Version
    hashes: tuple[str, ...]
    marker: Marker | None = None

    def line(self) -> str:
        """The pin as pip reads it, without its marker."""
        hashes = "".join(f" --hash={digest}" for digest in self.hashes)
        return f"{self.name}=={self.version}{hashes}"


def read_pins(path: Path, environment: Mapping[str, str]) -> tuple[Pin, ...]:
    """The pins that apply in an environment (as markers name it); raises
    RequirementNotPinnedError.
    """
    pins = parse_pins(path.read_text(encoding="utf-8"), file=path.name)
    return tuple(
        pin for pin in pins if pin.marker is None or pin.marker.evaluate(dict(environment))
    )


def parse_pins(text: str, *, file: str) -> tuple[Pin, ...]:
    """All pins of a requirements file's text; raises RequirementNotPinnedError."""
    return tuple(_parse(line, file) for line in _logical_lines(text))


def _logical_lines(text: str) -> Iterator[str]:
    for line in _CONTINUATION.sub(" ", text).splitlines():
        if content := _COMMENT.sub("", line).strip():
            yield content


def _parse(line: str, file: str) -> Pin:
    hashes = tuple(_HASH.findall(line))
    try:
        requirement = Requirement(_HASH.sub("", line))
        [specifier] = requirement.specifier
        version = Version(specifier.version)
    except (InvalidRequirement, InvalidVersion, ValueError) as error:
        raise RequirementNotPinnedError(file, line) from error
    if specifier.operator != "==" or requirement.url or requirement.extras or not hashes:
        raise RequirementNotPinnedError(file, line)
    return Pin(canonicalize_name(requirement.name), version, hashes, requirement.marker)
