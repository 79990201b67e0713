"""Reads Pulumi.yaml: what Hoist needs to know of a project before it runs it.

The runtime options `virtualenv` and `toolchain` are ignored, as every other one is: the program
host brings its own environment, and a project's packages travel in the archive. Whoever shows the
project to a person says so with `Project.ignored_options`.
"""

from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final

import yaml

from orchestrator.engine.programs.errors import ProgramInvalidError, RuntimeNotSupportedError
from orchestrator.engine.programs.names import check_project_name

PROJECT_FILES: Final = ("Pulumi.yaml", "Pulumi.yml")
SUPPORTED_RUNTIMES: Final = frozenset({"python"})
# A project file is a page of text; a large one is a mistake or an attack on the YAML parser.
_PROJECT_FILE_BYTES: Final = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """What a project file says, checked."""

    name: str
    runtime: str
    main: str
    """The program's directory or file, relative to the project's directory; `.` by default."""
    description: str
    config_keys: tuple[str, ...]
    """The declared config keys with their namespace, as `shop:region`."""
    ignored_options: tuple[str, ...]
    """Runtime options that are set and have no effect here."""


def read_project(directory: Path) -> Project:
    """Read the project file of a directory.

    Raises ProgramInvalidError when it is missing or not a valid one, and RuntimeNotSupportedError
    when the program is in a language that the worker has no host for.
    """
    file = _project_file(directory)
    fields = _Fields(file.name, _parse(file))
    name = check_project_name(fields.text("name"))
    runtime, options = fields.runtime()
    if runtime not in SUPPORTED_RUNTIMES:
        raise RuntimeNotSupportedError(runtime)
    return Project(
        name=name,
        runtime=runtime,
        main=_main_inside(directory, fields.text("main", default=".")),
        description=fields.text("description", default=""),
        config_keys=fields.config_keys(namespace=name),
        ignored_options=options,
    )


def _project_file(directory: Path) -> Path:
    for name in PROJECT_FILES:
        if (directory / name).is_file():
            return directory / name
    raise ProgramInvalidError(
        f"there is no Pulumi.yaml in {directory}",
        way_out="Name the directory of a Pulumi project; `pulumi new aws-python` makes one.",
    )


def _parse(file: Path) -> dict[object, object]:
    try:
        with file.open("rb") as stream:
            text = stream.read(_PROJECT_FILE_BYTES + 1)
        if len(text) > _PROJECT_FILE_BYTES:
            raise ProgramInvalidError(f"{file.name} is larger than a project file can be")
        parsed = yaml.safe_load(text)
    except yaml.MarkedYAMLError as error:
        where = f" (line {error.problem_mark.line + 1})" if error.problem_mark else ""
        raise ProgramInvalidError(f"{file.name} is not valid YAML{where}") from error
    # Besides its own errors the loader lets through those of bad dates, bad UTF-8 and deep nests.
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise ProgramInvalidError(f"{file.name} is not valid YAML") from error
    except OSError as error:
        raise ProgramInvalidError(f"{file.name} cannot be read: {error.strerror}") from error
    if not isinstance(parsed, dict):
        raise ProgramInvalidError(f"{file.name} holds no mapping of names to values")
    return parsed


def _main_inside(directory: Path, main: str) -> str:
    path = PurePosixPath(main.replace("\\", "/"))
    if path.is_absolute() or ".." in path.parts:
        raise ProgramInvalidError(
            f"`main` is {main!r}, which leads out of the project",
            way_out="Only the project's directory is packed: move the program below it.",
        )
    if not (directory / path).exists():
        raise ProgramInvalidError(f"`main` is {main!r}, and the project has no such path")
    return str(path)


@dataclass(frozen=True, slots=True)
class _Fields:
    """Takes typed values out of a parsed project file, or says which field is wrong."""

    file_name: str
    parsed: dict[object, object]

    def text(self, key: str, *, default: str | None = None) -> str:
        value = self.parsed.get(key)
        if value is None and default is not None:
            return default
        if not isinstance(value, str) or (default is None and not value):
            raise ProgramInvalidError(f"`{key}` in {self.file_name} must be a text")
        return value

    def runtime(self) -> tuple[str, tuple[str, ...]]:
        """The runtime's name, written plainly or with options, and the options' names."""
        value = self.parsed.get("runtime")
        if isinstance(value, str) and value:
            return value, ()
        if isinstance(value, dict) and isinstance(value.get("name"), str):
            options = value.get("options") or {}
            if isinstance(options, dict):
                return value["name"], tuple(sorted(map(str, options)))
        raise ProgramInvalidError(
            f"`runtime` in {self.file_name} must be a name, or a `name` with `options`"
        )

    def config_keys(self, *, namespace: str) -> tuple[str, ...]:
        declared = self.parsed.get("config")
        # Before it declared keys, `config` was the path of the directory of the stacks' files.
        if declared is None or isinstance(declared, str):
            return ()
        if not isinstance(declared, dict):
            raise ProgramInvalidError(f"`config` in {self.file_name} must be a mapping")
        keys = sorted(map(str, declared))
        return tuple(key if ":" in key else f"{namespace}:{key}" for key in keys)
