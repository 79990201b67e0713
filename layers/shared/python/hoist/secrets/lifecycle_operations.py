"""Operations on what becomes of a secret: its labels, its rotation, its deletion."""

# ruff: noqa: N803 - the parameters are Secrets Manager's

from dataclasses import replace

from hoist.secrets.answers import DeleteAnswer, Named, RotationRulesShape, Versioned
from hoist.secrets.changes import (
    check_window,
    with_deletion,
    with_rotation,
    with_rotation_cancelled,
    with_rotation_started,
    with_stage,
)
from hoist.secrets.descriptions import named, versioned
from hoist.secrets.inputs import check_stage, check_text, version_id_of
from hoist.secrets.model import StoredSecret
from hoist.secrets.refusals import Code, RefusedError, operation
from hoist.secrets.repository import check_usable
from hoist.secrets.rotation_rules import rules_of
from hoist.secrets.store_context import StoreOperations
from hoist.secrets.versions import PENDING, holder_of


class LifecycleOperations(StoreOperations):
    """Labels, rotation and deletion."""

    @operation
    def update_secret_version_stage(
        self,
        *,
        SecretId: str,
        VersionStage: str,
        RemoveFromVersionId: str | None = None,
        MoveToVersionId: str | None = None,
    ) -> Named:
        stage = check_stage(VersionStage)
        now = self._clock.now()
        return named(
            self._secrets.change(
                SecretId,
                lambda secret: with_stage(
                    check_usable(secret),
                    stage,
                    remove_from=RemoveFromVersionId,
                    move_to=MoveToVersionId,
                    now=now,
                ),
            )
        )

    @operation
    def rotate_secret(
        self,
        *,
        SecretId: str,
        ClientRequestToken: str | None = None,
        RotationLambdaARN: str | None = None,
        RotationRules: RotationRulesShape | None = None,
        RotateImmediately: bool = True,
    ) -> Versioned:
        version_id = version_id_of(ClientRequestToken)
        rules = None if RotationRules is None else rules_of(RotationRules)
        check_text(RotationLambdaARN)
        now = self._clock.now()

        def rotate(secret: StoredSecret) -> StoredSecret:
            configured = with_rotation(
                check_usable(secret), function_arn=RotationLambdaARN, rules=rules
            )
            self._check_may_invoke(configured)
            if not RotateImmediately:
                return configured
            return with_rotation_started(configured, version_id, now=now)

        secret = self._secrets.change(SecretId, rotate)
        return versioned(secret, version_id if RotateImmediately else None)

    @operation
    def cancel_rotate_secret(self, *, SecretId: str) -> Versioned:
        secret = self._secrets.change(
            SecretId, lambda secret: with_rotation_cancelled(check_usable(secret))
        )
        pending = holder_of(secret.versions, PENDING)
        return versioned(secret, pending.version_id if pending else None)

    @operation
    def delete_secret(
        self,
        *,
        SecretId: str,
        RecoveryWindowInDays: int | None = None,
        ForceDeleteWithoutRecovery: bool = False,
    ) -> DeleteAnswer:
        """Also removes for good what is due: nothing else looks for it."""
        check_window(RecoveryWindowInDays, is_forced=ForceDeleteWithoutRecovery)
        self._secrets.sweep()
        now = self._clock.now()
        if ForceDeleteWithoutRecovery:
            return {**self._removed(SecretId), "DeletionDate": now}
        secret = self._secrets.change(
            SecretId,
            lambda secret: with_deletion(
                check_usable(secret), window_days=RecoveryWindowInDays, now=now
            ),
        )
        return {**named(secret), "DeletionDate": secret.deletion_due_at or now}

    @operation
    def restore_secret(self, *, SecretId: str) -> Named:
        return named(
            self._secrets.change(SecretId, lambda secret: replace(secret, deletion_due_at=None))
        )

    def _removed(self, secret_id: str) -> Named:
        """Deleted at once; a secret that is not there counts as deleted."""
        with self._secrets.locked():
            secret = self._secrets.find(secret_id)
            if secret is None:
                arn = secret_id if secret_id.startswith("arn:") else self._place.new_arn(secret_id)
                return {"ARN": arn, "Name": secret_id}
            self._secrets.remove(secret)
            return named(secret)

    def _check_may_invoke(self, secret: StoredSecret) -> None:
        if secret.rotation is None or not self._may_invoke(secret.rotation.function_arn):
            raise RefusedError(
                Code.ACCESS_DENIED,
                "Secrets Manager cannot invoke the specified Lambda function. Ensure that the"
                " function policy grants access to the principal secretsmanager.amazonaws.com.",
            )
