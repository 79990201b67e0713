"""What the engine needs of its surroundings."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from hoist.aws import AwsCredentials
from orchestrator.state.names import StackName


@dataclass(frozen=True, slots=True)
class EngineRoom:
    """The engine, its plugins, and what its operations may reach."""

    engine: Path
    plugins: Path
    """A directory as `$PULUMI_HOME/plugins`; it is only read."""
    runs: Path
    """Where the runs' own directories are made."""
    credentials: AwsCredentials
    aws_environment: Mapping[str, str] = field(default_factory=dict)
    """Region and endpoints, as AWS SDKs read them; no credentials."""
    referable_stacks: frozenset[StackName] = frozenset()
    owns_process: bool = False
    """Whether this process does nothing else: whatever a run leaves running is ended then."""
