"""Secrets found by whatever a SecretId may be, and changed by one process at a time."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace

from hoist.clock import Clock
from hoist.secrets.disk import Disk
from hoist.secrets.errors import SecretFileDamagedError
from hoist.secrets.files import SecretFiles
from hoist.secrets.identity import Place, candidates
from hoist.secrets.model import StoredSecret
from hoist.secrets.refusals import Code, RefusedError


class SecretRepository:
    """The secrets of one store. Those whose recovery window is over are not there any more."""

    def __init__(self, files: SecretFiles, disk: Disk, *, place: Place, clock: Clock) -> None:
        self._files = files
        self._disk = disk
        self._place = place
        self._clock = clock

    def find(self, secret_id: str) -> StoredSecret | None:
        """By name, ARN, or ARN without its suffix."""
        for candidate in candidates(secret_id, self._place):
            secret = self._files.find(candidate.name)
            if secret is None or secret.is_gone(self._clock.now()):
                continue
            if candidate.arn in (None, secret.arn):
                return secret
        return None

    def get(self, secret_id: str) -> StoredSecret:
        secret = self.find(secret_id)
        if secret is None:
            raise RefusedError(
                Code.RESOURCE_NOT_FOUND, "Secrets Manager can't find the specified secret."
            )
        return secret

    def get_usable(self, secret_id: str) -> StoredSecret:
        """Refused while it is scheduled for deletion."""
        return check_usable(self.get(secret_id))

    def all(self, *, with_scheduled: bool) -> list[StoredSecret]:
        """Every secret; those that are scheduled for deletion only when asked for."""
        now = self._clock.now()
        return [
            secret
            for secret in self._files.all()
            if secret.deletion_due_at is None or (with_scheduled and not secret.is_gone(now))
        ]

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the store for a change; the lock is not reentrant."""
        with self._disk.locked():
            yield

    def add(self, secret: StoredSecret) -> None:
        """For the holder of the lock."""
        self._files.save(secret)

    def remove(self, secret: StoredSecret) -> None:
        """For the holder of the lock."""
        self._files.remove(secret)

    def change(
        self, secret_id: str, change: Callable[[StoredSecret], StoredSecret]
    ) -> StoredSecret:
        """Read, change and write the secret as one step; gives it as it is then.

        When `change` refuses, or changes nothing, nothing is written.
        """
        with self.locked():
            secret = self.get(secret_id)
            changed = change(secret)
            if changed == secret:
                return secret
            changed = replace(changed, changed_at=self._clock.now())
            self._files.save(changed)
            return changed

    def annotate(
        self, secret: StoredSecret, annotate: Callable[[StoredSecret], StoredSecret]
    ) -> bool:
        """Write what is no change of the secret itself; gives whether there was anything to write.

        Does nothing if the secret is gone meanwhile.
        """
        with self.locked():
            present = self._files.find(secret.name)
            if present is None or present.arn != secret.arn:
                return False
            annotated = annotate(present)
            if annotated == present:
                return False
            self._files.save(annotated)
            return True

    def sweep(self) -> None:
        """Remove the files of those whose recovery window is over."""
        now = self._clock.now()
        # A damaged file may end it early: it must not keep anybody from deleting another secret.
        with self.locked(), suppress(SecretFileDamagedError):
            for secret in self._files.all():
                if secret.is_gone(now):
                    self._files.remove(secret)


def check_usable(secret: StoredSecret) -> StoredSecret:
    if secret.deletion_due_at is not None:
        raise RefusedError(
            Code.INVALID_REQUEST,
            "You can't perform this operation on the secret because it was marked for deletion.",
        )
    return secret
