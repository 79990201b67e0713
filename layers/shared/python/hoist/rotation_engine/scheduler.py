"""Rotates what is due."""

from datetime import datetime

from hoist.clock import Clock
from hoist.rotation_engine.engine import RotationEngine
from hoist.rotation_engine.labels import CURRENT
from hoist.rotation_engine.outcomes import RotationOutcome
from hoist.rotation_engine.seams import EngineClient
from hoist.rotation_engine.windows import Window, schedule


class Scheduler:
    """Looks at the rules of secrets; somebody has to call `rotate_if_due` now and then."""

    def __init__(self, *, client: EngineClient, engine: RotationEngine, clock: Clock) -> None:
        self._client = client
        self._engine = engine
        self._clock = clock

    def next_window(self, secret_id: str) -> Window | None:
        """The open or the next window; None for a secret that does not rotate by itself.

        A value that was stored by hand counts as a rotation.
        """
        described = self._client.describe_secret(SecretId=secret_id)
        if not described.get("RotationEnabled") or not described.get("RotationRules"):
            return None
        rotated_at = self._changed_at(secret_id) or described["CreatedDate"]
        return schedule(described["RotationRules"]).next_window(
            rotated_at=rotated_at, now=self._clock.now()
        )

    def rotate_if_due(self, secret_id: str) -> RotationOutcome | None:
        """In an open window, start a rotation or go on with the one that is open."""
        window = self.next_window(secret_id)
        if window is None or self._clock.now() < window.opens_at:
            return None
        return self._engine.rotate_or_resume(secret_id)

    def _changed_at(self, secret_id: str) -> datetime | None:
        answer = self._client.list_secret_version_ids(SecretId=secret_id)
        for version in answer["Versions"]:
            if CURRENT in version.get("VersionStages", ()):
                created_at: datetime = version["CreatedDate"]
                return created_at
        return None
