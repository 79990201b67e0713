"""Reads requirements.txt: the part of its language that names packages and their hashes."""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from orchestrator.engine.programs.errors import DependencyNotPinnedError, ProgramInvalidError

REQUIREMENTS_FILE: Final = "requirements.txt"

_CONTINUATION: Final = re.compile(r"\\\r?\n")
_COMMENT: Final = re.compile(r"(^|\s)#.*$")
_HASH: Final = re.compile(r"\s--hash[= ]\s*(\S+)")
_EXPORT: Final = (
    "Export what is locked: `uv export --frozen --no-dev --no-emit-project -o requirements.txt`, "
    "`poetry export -o requirements.txt` or `pip freeze > requirements.txt`."
)
_PIN: Final = (
    "Write every package as name==version, the packages that these need included; "
    "`uv pip compile` and `pip-compile` write such a file."
)


@dataclass(frozen=True, slots=True)
class WrittenRequirement:
    """One line of the file; `hashes` are written `sha256:...`."""

    requirement: Requirement
    hashes: tuple[str, ...]

    @property
    def name(self) -> str:
        """The package's name in its one normal spelling."""
        return canonicalize_name(self.requirement.name)

    @property
    def pinned_version(self) -> str | None:
        """The one version that the line allows, or None when it leaves a choice."""
        specifiers = list(self.requirement.specifier)
        if len(specifiers) != 1 or specifiers[0].operator not in ("==", "==="):
            return None
        version = specifiers[0].version
        return None if version.endswith("*") else version


def read_requirements(directory: Path) -> tuple[WrittenRequirement, ...]:
    """What the directory's requirements.txt asks for; nothing when the directory needs nothing.

    Raises DependencyNotPinnedError when only another kind of file says what the program needs, or
    when a line cannot be installed the same way twice.
    """
    try:
        text = (directory / REQUIREMENTS_FILE).read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        _check_no_other_file(directory)
        return ()
    except (OSError, UnicodeDecodeError) as error:
        raise ProgramInvalidError(f"{REQUIREMENTS_FILE} cannot be read as UTF-8 text") from error
    return tuple(_parse(text))


def refuse_open(line: str, reason: str) -> DependencyNotPinnedError:
    """The refusal of a requirement, with how to pin it."""
    return DependencyNotPinnedError(
        f"{line!r} in {REQUIREMENTS_FILE} {reason}",
        way_out=_PIN,
    )


def _parse(text: str) -> Iterator[WrittenRequirement]:
    for written in _CONTINUATION.sub(" ", text).splitlines():
        line = _COMMENT.sub("", written).strip()
        if not line:
            continue
        if line.startswith("-"):
            raise _refused_option(line)
        yield _requirement(_HASH.sub("", line), tuple(sorted(_HASH.findall(line))))


def _requirement(line: str, hashes: tuple[str, ...]) -> WrittenRequirement:
    try:
        requirement = Requirement(line)
    except InvalidRequirement as error:
        raise refuse_open(line, "is not the name of a package with its version") from error
    if requirement.url is not None:
        # The address may hold a password: name the package only.
        raise refuse_open(requirement.name, "is taken from an address, where it can change")
    return WrittenRequirement(requirement, hashes)


def _refused_option(line: str) -> DependencyNotPinnedError:
    # The rest of the line may be an address with a password in it.
    option = re.split(r"[\s=]", line, maxsplit=1)[0]
    return DependencyNotPinnedError(
        f"{REQUIREMENTS_FILE} has the option {option}, which a program cannot carry along",
        way_out="Name the packages in the file itself, and set package indexes where pip looks "
        "for them: `pip config set global.index-url`.",
    )


def _check_no_other_file(directory: Path) -> None:
    for name in ("Pipfile", "Pipfile.lock"):
        if (directory / name).exists():
            raise DependencyNotPinnedError(
                f"the program's packages are in {name}, which Hoist does not read", way_out=_EXPORT
            )
    if _project_table_has_dependencies(directory / "pyproject.toml"):
        raise DependencyNotPinnedError(
            f"pyproject.toml names packages, and there is no {REQUIREMENTS_FILE}", way_out=_EXPORT
        )


def _project_table_has_dependencies(file: Path) -> bool:
    """Whether a pyproject.toml asks for packages; many only configure a linter."""
    try:
        tables = tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return False
    except (OSError, ValueError) as error:
        raise ProgramInvalidError("pyproject.toml cannot be read as TOML") from error
    packages = _table(tables, "tool", "poetry", "dependencies")
    return bool(_table(tables, "project").get("dependencies")) or bool(set(packages) - {"python"})


def _table(tables: dict[str, object], *path: str) -> dict[str, object]:
    for name in path:
        inner = tables.get(name)
        tables = inner if isinstance(inner, dict) else {}
    return tables
