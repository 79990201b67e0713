"""What each function is told of the installation by its environment."""

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi

from components.artifacts import Artifacts
from components.audit_settings import AuditEvidence
from components.doorbell import Doorbell
from components.settings import StateStore
from components.tables import Tables

Environment = Mapping[str, pulumi.Input[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Environments:
    """Of api, worker and health. Where a function may do nothing, it is not told of either."""

    state: StateStore
    evidence: AuditEvidence
    artifacts: Artifacts
    tables: Tables
    doorbell: Doorbell

    @property
    def api(self) -> Environment:
        return {**self._places, **self._access, **self._audit}

    @property
    def worker(self) -> Environment:
        return {
            **self._places,
            **self._audit,
            "HOIST_AUDIT_RETENTION_DAYS": str(self.evidence.retention_days),
            "HOIST_AUDIT_RETENTION_MODE": self.evidence.retention_mode,
            "HOIST_SIGNING_KEY_ALIAS": self.evidence.signing_key_alias,
        }

    @property
    def health(self) -> Environment:
        return {**self._places, **self._access, **self._audit}

    @property
    def _places(self) -> Environment:
        return {
            "HOIST_STATE_BUCKET": self.state.bucket,
            "HOIST_STATE_TABLE": self.state.table,
            "HOIST_STATE_KEY_ALIAS": self.state.key_alias,
            "HOIST_RUNS_TABLE": self.tables.runs.name,
            "HOIST_ARTIFACTS_BUCKET": self.artifacts.bucket.bucket,
            "HOIST_DOORBELL_URL": self.doorbell.queue.url,
        }

    @property
    def _access(self) -> Environment:
        return {"HOIST_ACCESS_TABLE": self.tables.access.name}

    @property
    def _audit(self) -> Environment:
        return {
            "HOIST_AUDIT_TABLE": self.tables.audit.name,
            "HOIST_AUDIT_BUCKET": self.evidence.bucket,
        }
