"""Records of stacks and updates as documents, and back. A reader refuses what it does not know."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from orchestrator.state.document_fields import instant_in, known_fields, plain_fields
from orchestrator.state.names import StackName
from orchestrator.state.records import (
    ActiveUpdate,
    Base,
    ClientConfigValue,
    ConfigValue,
    FormerName,
    Holder,
    Rename,
    SecretsProvider,
    StackRecord,
    UpdateKind,
    UpdateRecord,
    UpdateStatus,
)
from orchestrator.state.storage import Document

FORMAT = 1
"""Number of this layout of the documents."""


def document_of(record: StackRecord | UpdateRecord) -> Document:
    """The record as it is stored."""
    return plain_fields({"format": FORMAT, **asdict(record)})


def stack_in(document: Document) -> StackRecord:
    """The stack; raises CorruptStateError for a document of another format."""
    known = known_fields(document, "stack", format_number=FORMAT)
    active = known.pop("active")
    return StackRecord(
        name=StackName(**known.pop("name")),
        created_at=datetime.fromisoformat(known.pop("created_at")),
        config={key: ConfigValue(**value) for key, value in known.pop("config").items()},
        secrets=_secrets(known.pop("secrets")),
        active=_active(active) if active else None,
        former_names=tuple(map(_former_name, known.pop("former_names", ()))),
        **known,
    )


def update_in(document: Document) -> UpdateRecord:
    """The update; raises CorruptStateError for a document of another format."""
    known = known_fields(document, "update", format_number=FORMAT)
    return UpdateRecord(
        kind=UpdateKind(known.pop("kind")),
        status=UpdateStatus(known.pop("status")),
        base=Base(**known.pop("base")),
        secrets=_secrets(known.pop("secrets")),
        config={name: ClientConfigValue(**it) for name, it in known.pop("config", {}).items()},
        rename=_rename(known.pop("rename", None)),
        created_at=datetime.fromisoformat(known.pop("created_at")),
        started_at=instant_in(known.pop("started_at")),
        ended_at=instant_in(known.pop("ended_at")),
        **known,
    )


def _active(document: dict[str, Any]) -> ActiveUpdate:
    known = dict(document)
    return ActiveUpdate(
        kind=UpdateKind(known.pop("kind")),
        started_at=datetime.fromisoformat(known.pop("started_at")),
        lease_ends_at=datetime.fromisoformat(known.pop("lease_ends_at")),
        holder=Holder(**known.pop("holder")),
        base=Base(**known.pop("base")),
        **known,
    )


def _former_name(document: dict[str, Any]) -> FormerName:
    return FormerName(StackName(**document["name"]), document["last_version"])


def _rename(document: dict[str, dict[str, str]] | None) -> Rename | None:
    if document is None:
        return None
    return Rename(StackName(**document["old"]), StackName(**document["new"]))


def _secrets(document: dict[str, str] | None) -> SecretsProvider | None:
    return SecretsProvider(**document) if document else None
