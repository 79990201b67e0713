"""What somebody asks for when they ask for a run."""

from dataclasses import dataclass, field, replace

from orchestrator.runs.errors import RunRequestError
from orchestrator.runs.options import RunOptions
from orchestrator.runs.states import RunKind
from orchestrator.state.names import StackName

# Run records and queues are rewritten as a whole: their texts are short.
MAX_LENGTHS = {"message": 2000, "asked_by": 500, "idempotency_key": 200}


@dataclass(frozen=True, slots=True)
class RunRequest:
    """One wish. Raises RunRequestError for a text that is too long."""

    stack_id: str
    stack: StackName
    kind: RunKind
    asked_by: str
    program_digest: str = ""
    """SHA-256 of the program's zip; empty for what runs no program."""
    program_version_id: str = ""
    """The stored version that was admitted; the digest alone decides what is run."""
    config_digest: str = ""
    options: RunOptions = field(default_factory=RunOptions)
    message: str = ""
    idempotency_key: str = ""
    """Two requests for a stack with one key are one run; empty for a request that never repeats."""

    def __post_init__(self) -> None:
        for name, limit in MAX_LENGTHS.items():
            length = len(getattr(self, name))
            if length > limit:
                raise RunRequestError(
                    f"'{name}' has {length} characters", way_out=f"use at most {limit}"
                )

    def asks_the_same_as(self, other: "RunRequest") -> bool:
        """Whether the content is the same, whoever asked."""
        alike = replace(self, asked_by=other.asked_by, program_version_id=other.program_version_id)
        return alike == other
