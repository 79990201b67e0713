"""What can be asked of the engine, and the command line that asks it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from orchestrator.engine.operation_errors import OperationInvalidError
from orchestrator.runs.options import DEFAULT_PARALLEL as DEFAULT_PARALLEL
from orchestrator.runs.options import KINDS_BY_OPTION
from orchestrator.state.names import StackName


class OperationKind(StrEnum):
    """The operations, in Pulumi's words."""

    PREVIEW = "preview"
    UP = "up"
    REFRESH = "refresh"
    DESTROY = "destroy"
    IMPORT = "import"

    @property
    def runs_program(self) -> bool:
        return self in (OperationKind.PREVIEW, OperationKind.UP)

    @property
    def needs_language_host(self) -> bool:
        """An import runs no program, but asks the project's language what it requires."""
        return self.runs_program or self is OperationKind.IMPORT

    @property
    def is_read_only(self) -> bool:
        return self is OperationKind.PREVIEW

    @property
    def may_create_twice(self) -> bool:
        """Whether it would create anew, or forget, what an earlier operation may have created."""
        return self in (OperationKind.UP, OperationKind.DESTROY)


@dataclass(frozen=True, slots=True)
class PendingImport:
    """A pending create that did reach the cloud, and the id that it has there."""

    urn: str
    resource_id: str


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation on one stack. Raises OperationInvalidError for what its kind cannot do."""

    kind: OperationKind
    stack: StackName
    message: str = ""
    parallel: int = DEFAULT_PARALLEL
    targets: Sequence[str] = ()
    expect_no_changes: bool = False
    continue_on_error: bool = False
    recreate_pending: bool = False
    """Forget pending creates, whatever is there, and create them once more."""
    clear_pending_creates: bool = False
    """Forget those without an id below: they did not reach the cloud."""
    import_pending_creates: Sequence[PendingImport] = ()
    import_file: Path | None = None
    """For `import`: the JSON file that names the resources, as `pulumi import --file` takes it."""
    extra_environment: Mapping[str, str] = field(default_factory=dict)
    """For the history: `PULUMI_CI_SYSTEM` and `PULUMI_CI_BUILD_ID`, for example; never a secret."""

    def __post_init__(self) -> None:
        for option, kinds in _KINDS_BY_OPTION.items():
            if getattr(self, option) and self.kind not in kinds:
                raise OperationInvalidError(
                    f"'{self.kind}' cannot do '{option}'",
                    way_out=f"leave it out, or use it with {' or '.join(kinds)}",
                )
        if self.kind is OperationKind.IMPORT and self.import_file is None:
            raise OperationInvalidError(
                "'import' needs a file that names the resources",
                way_out="set 'import_file'; `pulumi preview --import-file` writes such a file",
            )


_KINDS_BY_OPTION: Mapping[str, Sequence[OperationKind]] = {
    **{option: tuple(map(OperationKind, kinds)) for option, kinds in KINDS_BY_OPTION.items()},
    "import_file": (OperationKind.IMPORT,),
}


def command_line(engine: Path, operation: Operation, *, language_host: str) -> list[str]:
    """The engine's argv. Nothing in it is a secret; `language_host` is needed for a program."""
    line = [str(engine), str(operation.kind), "--stack", operation.stack.qualified]
    line += ["--non-interactive", "--json", "--color=never", f"--parallel={operation.parallel}"]
    if operation.kind.runs_program:
        line.append(f"--client={language_host}")
    if operation.message:
        line.append(f"--message={operation.message}")
    if not operation.kind.is_read_only:
        line += ["--yes", "--skip-preview"]
    line += [f"--target={target}" for target in operation.targets]
    if operation.expect_no_changes:
        line.append("--expect-no-changes")
    if operation.continue_on_error:
        line.append("--continue-on-error")
    return line + _import_flags(operation)


def _import_flags(operation: Operation) -> list[str]:
    if operation.import_file is None:
        return []
    # Code generation would need a language host of the Pulumi distribution.
    return [f"--file={operation.import_file.absolute()}", "--generate-code=false"]


def language_environment(operation: Operation, *, language_host: str) -> dict[str, str]:
    """How the engine finds the language host where there is no `--client` to tell it."""
    if operation.kind is not OperationKind.IMPORT:
        return {}
    # The engine's own way to attach to a language host that runs already.
    return {"PULUMI_DEBUG_LANGUAGES": f"python:{language_host.rpartition(':')[2]}"}
