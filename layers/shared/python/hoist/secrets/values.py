"""The values of stored secrets: sealed on the way in, opened on the way out."""

from dataclasses import replace
from datetime import datetime

from hoist.secrets.errors import SecretFileDamagedError
from hoist.secrets.master_keys import MasterKeys
from hoist.secrets.model import SecretVersion, StoredSecret
from hoist.secrets.refusals import Code, RefusedError
from hoist.secrets.sealing import Plaintext, encryption_context, seal, unseal
from hoist.secrets.versions import version_with_id


class SecretValues:
    """Seals and opens under one set of master keys."""

    def __init__(self, keys: MasterKeys) -> None:
        self._keys = keys

    def new_version(
        self,
        arn: str,
        version_id: str,
        plaintext: Plaintext,
        *,
        stages: frozenset[str],
        now: datetime,
    ) -> SecretVersion:
        value = seal(plaintext, self._keys, encryption_context(arn, version_id))
        return SecretVersion(version_id, now, stages, value)

    def open(self, secret: StoredSecret, version: SecretVersion) -> Plaintext:
        """Raises SecretFileDamagedError, MasterKeyMismatchError, MasterKeyUnavailableError."""
        if version.value is None:
            raise SecretFileDamagedError(
                f"Version {version.version_id} of {secret.name} has no value.",
                way_out="Write the value again.",
            )
        context = encryption_context(secret.arn, version.version_id)
        return unseal(version.value, self._keys, context)

    def is_put_already(self, secret: StoredSecret, version_id: str, value: Plaintext) -> bool:
        """Whether the version has this value; refused if it has another one."""
        present = version_with_id(secret.versions, version_id)
        if present is None or present.value is None:
            return False
        if self.open(secret, present) != value:
            raise token_taken(secret, version_id)
        return True

    def resealed(self, secret: StoredSecret) -> StoredSecret:
        """With every value under the present master key, each with a fresh data key."""
        return replace(
            secret, versions=tuple(self._resealed(secret, each) for each in secret.versions)
        )

    def _resealed(self, secret: StoredSecret, version: SecretVersion) -> SecretVersion:
        value = version.value
        if value is None or value.wrapped_key.master_key_id == self._keys.key_id:
            return version
        context = encryption_context(secret.arn, version.version_id)
        return replace(version, value=seal(self.open(secret, version), self._keys, context))


def token_taken(secret: StoredSecret, version_id: str) -> RefusedError:
    return RefusedError(
        Code.RESOURCE_EXISTS,
        f"You can't use ClientRequestToken {version_id} because that value is already in use for a"
        f" version of secret {secret.arn}.",
    )
