"""What became of a sealed journal, and of its update with it."""

from dataclasses import dataclass

from orchestrator.state.checkpoints import cloud_provider
from orchestrator.state.deployment import VersionedDeployment
from orchestrator.state.journal_records import Seal, SealReason
from orchestrator.state.records import SecretsProvider, UpdateRecord, UpdateStatus


@dataclass(frozen=True, slots=True)
class Publication:
    """The version that the result is stored as, or why it is not the stack's checkpoint."""

    checkpoint_version_id: str = ""
    conflict: str = ""
    """It is kept beside the checkpoint, for a person to decide."""
    refusal: str = ""
    """It came to nothing: the checkpoint is as it was, and the stack goes on."""
    state: VersionedDeployment | None = None
    """What was published."""


def secrets_after(
    update: UpdateRecord, published: VersionedDeployment | None
) -> SecretsProvider | None:
    """The stack's cloud provider from now on; a state that names none leaves it as it was."""
    deployment = (published.deployment if published else None) or {}
    if not deployment.get("secrets_providers"):
        return update.secrets
    return cloud_provider(deployment)


def is_completed(seal: Seal | None) -> bool:
    """Whether the client itself ended the update."""
    return seal is not None and seal.reason is SealReason.COMPLETED


def final_status(seal: Seal | None, publication: Publication) -> UpdateStatus:
    """How an update is over."""
    if publication.conflict:
        return UpdateStatus.CONFLICTED
    if publication.refusal:
        return UpdateStatus.FAILED
    if seal and is_completed(seal):
        return UpdateStatus.SUCCEEDED if seal.succeeded else UpdateStatus.FAILED
    if seal and seal.reason is SealReason.TAKEN_OVER:
        return UpdateStatus.ABANDONED
    return UpdateStatus.FAILED
