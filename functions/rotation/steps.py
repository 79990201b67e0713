"""What a step may do, decided from the labels of the secret. Nothing here calls anything."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum, StrEnum, auto

from rotation.errors import RotationRefusedError


class Stage(StrEnum):
    """The labels that Secrets Manager itself moves."""

    CURRENT = "AWSCURRENT"
    PENDING = "AWSPENDING"
    PREVIOUS = "AWSPREVIOUS"


@dataclass(frozen=True, slots=True)
class SecretFacts:
    """What DescribeSecret tells. `rotation_enabled` is None where nobody ever set it."""

    arn: str
    labels: Mapping[str, frozenset[str]]
    rotation_enabled: bool | None = None
    tags: Mapping[str, str] = field(default_factory=dict)

    def version_with(self, stage: Stage) -> str | None:
        """The version that carries the label."""
        return next((version for version, held in self.labels.items() if stage in held), None)


class Progress(Enum):
    """How far the version of a rotation has come."""

    PENDING = auto()
    PROMOTED = auto()


def progress_of(token: str, facts: SecretFacts) -> Progress:
    """How far the version has come; raises RotationRefusedError if it takes part in no rotation."""
    if facts.rotation_enabled is False:
        raise _refusal("has its rotation switched off", "switch it on with RotateSecret")
    held = facts.labels.get(token)
    if held is None:
        raise _refusal("has no version of this token", "start a rotation with RotateSecret")
    if Stage.CURRENT in held:
        return Progress.PROMOTED
    if Stage.PENDING not in held:
        raise _refusal("has this version, but it is not pending", "start a new rotation")
    return Progress.PENDING


@dataclass(frozen=True, slots=True)
class Promotion:
    """The one move of a label that ends a rotation."""

    to_version: str
    from_version: str | None


def promotion_of(token: str, facts: SecretFacts) -> Promotion:
    """AWSCURRENT goes to the token's version, away from whichever has it."""
    return Promotion(to_version=token, from_version=facts.version_with(Stage.CURRENT))


def _refusal(fault: str, way_out: str) -> RotationRefusedError:
    return RotationRefusedError(f"the secret {fault}", way_out=way_out)
