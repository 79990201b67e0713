"""What a run was asked to do differently from others of its kind."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

from orchestrator.runs.errors import RunRequestError
from orchestrator.runs.states import RunKind

DEFAULT_PARALLEL = 32
"""Resources at once: enough to hide the round trips of the journal."""
MAX_PARALLEL = 256
"""Above it, providers and their services throttle more than they do."""
# A run's record is rewritten with each heartbeat: its lists are short (at most 200 KB).
MAX_LISTED = 50
MAX_TEXT_LENGTH = 2000

KINDS_BY_OPTION: Mapping[str, Sequence[RunKind]] = {
    "targets": (RunKind.PREVIEW, RunKind.UP, RunKind.REFRESH, RunKind.DESTROY),
    "expect_no_changes": (RunKind.PREVIEW, RunKind.UP, RunKind.REFRESH),
    "continue_on_error": (RunKind.UP, RunKind.DESTROY),
    "recreate_pending": (RunKind.UP, RunKind.DESTROY),
    "clear_pending_creates": (RunKind.REFRESH,),
    "import_pending_creates": (RunKind.REFRESH,),
}
"""Which kinds know which option, as the engine has it."""


@dataclass(frozen=True, slots=True)
class ImportedCreate:
    """A pending create that did reach the cloud, and the id that it has there."""

    urn: str
    resource_id: str


@dataclass(frozen=True, slots=True)
class RunOptions:
    """The options of a run; `check_kind` tells whether its kind knows them.

    Raises RunRequestError for what is too long, too many or out of range.
    """

    parallel: int = DEFAULT_PARALLEL
    targets: tuple[str, ...] = ()
    """URNs of the only resources to work on; empty for all."""
    expect_no_changes: bool = False
    continue_on_error: bool = False
    recreate_pending: bool = False
    """Create once more what an earlier operation may have created already."""
    clear_pending_creates: bool = False
    """Forget pending creates without an id below: they did not reach the cloud."""
    import_pending_creates: tuple[ImportedCreate, ...] = ()

    def __post_init__(self) -> None:
        if not 1 <= self.parallel <= MAX_PARALLEL:
            raise RunRequestError(
                f"'parallel' is {self.parallel}", way_out=f"use 1 to {MAX_PARALLEL}"
            )
        _check_list("targets", [(urn,) for urn in self.targets])
        creates = [(create.urn, create.resource_id) for create in self.import_pending_creates]
        _check_list("import_pending_creates", creates)

    @classmethod
    def of_fields(cls, fields: dict[str, Any]) -> Self:
        """The options of a stored document."""
        creates = tuple(ImportedCreate(**create) for create in fields["import_pending_creates"])
        known = {**fields, "targets": tuple(fields["targets"]), "import_pending_creates": creates}
        return cls(**known)


def check_kind(kind: RunKind, options: RunOptions) -> None:
    """Raises RunRequestError for an option that the kind does not know."""
    for option, kinds in KINDS_BY_OPTION.items():
        if getattr(options, option) and kind not in kinds:
            raise RunRequestError(
                f"'{kind}' cannot do '{option}'",
                way_out=f"leave it out, or use it with {' or '.join(kinds)}",
            )


def _check_list(field: str, items: Sequence[tuple[str, ...]]) -> None:
    if len(items) > MAX_LISTED:
        raise RunRequestError(
            f"'{field}' names {len(items)} resources", way_out=f"name at most {MAX_LISTED}"
        )
    if any(not text or len(text) > MAX_TEXT_LENGTH for item in items for text in item):
        raise RunRequestError(
            f"'{field}' has a text that is empty or longer than {MAX_TEXT_LENGTH} characters",
            way_out="use the resource's URN as `hoist resources` shows it",
        )
