"""What the operations make of a secret. Pure: a secret in, a secret out, or RefusedError."""

from dataclasses import replace
from datetime import date, datetime, timedelta

from hoist.secrets.model import Rotation, RotationRules, SecretVersion, StoredSecret
from hoist.secrets.refusals import Code, RefusedError
from hoist.secrets.versions import (
    CURRENT,
    PENDING,
    is_rotation_pending,
    purged,
    version_with_id,
    with_placeholder,
    with_stage_moved,
    with_value,
    without_pending,
)

MIN_WINDOW_DAYS, MAX_WINDOW_DAYS = 7, 30


def with_version(secret: StoredSecret, added: SecretVersion, *, now: datetime) -> StoredSecret:
    """With one more value. A current one made by hand ends the rotation that was under way."""
    versions = secret.versions
    if CURRENT in added.stages and _is_made_by_hand(secret, added):
        versions = without_pending(versions)
    return replace(secret, versions=purged(with_value(versions, added), now=now))


def with_stage(
    secret: StoredSecret,
    stage: str,
    *,
    remove_from: str | None,
    move_to: str | None,
    now: datetime,
) -> StoredSecret:
    """With a label moved; the pending version that becomes current is a finished rotation."""
    moved = replace(
        secret,
        versions=with_stage_moved(secret.versions, stage, remove_from=remove_from, move_to=move_to),
    )
    promoted = version_with_id(secret.versions, move_to) if move_to else None
    is_rotated = secret.rotation is not None and stage == CURRENT
    if is_rotated and promoted is not None and PENDING in promoted.stages:
        return replace(moved, last_rotated_at=now)
    return moved


def with_rotation(
    secret: StoredSecret, *, function_arn: str | None, rules: RotationRules | None
) -> StoredSecret:
    """Configured for rotation; what is not given stays as it was."""
    kept = secret.rotation
    arn = function_arn or (kept.function_arn if kept else "")
    if not arn:
        raise RefusedError(
            Code.INVALID_REQUEST,
            "No Lambda rotation function ARN is associated with this secret.",
        )
    if rules is None:
        rules = kept.rules if kept else RotationRules()
    return replace(secret, rotation=Rotation(arn, rules, is_enabled=True))


def with_rotation_started(secret: StoredSecret, version_id: str, *, now: datetime) -> StoredSecret:
    """With the empty version that the rotation is to fill; the same token asks for it once."""
    present = version_with_id(secret.versions, version_id)
    if present is not None and PENDING in present.stages:
        return secret
    if is_rotation_pending(secret.versions):
        raise RefusedError(
            Code.INVALID_REQUEST,
            "A previous rotation isn't complete. That rotation will be reattempted.",
        )
    if present is not None:
        raise RefusedError(
            Code.INVALID_REQUEST, f"There is a version {version_id} of this secret already."
        )
    return replace(secret, versions=with_placeholder(secret.versions, version_id, now=now))


def with_rotation_cancelled(secret: StoredSecret) -> StoredSecret:
    """Not rotated any more; its rules stay, and so does the label of a pending version."""
    if secret.rotation is None:
        raise RefusedError(
            Code.INVALID_REQUEST,
            "You tried to cancel the rotation of a secret that is not configured for rotation.",
        )
    return replace(secret, rotation=replace(secret.rotation, is_enabled=False))


def with_deletion(secret: StoredSecret, *, window_days: int | None, now: datetime) -> StoredSecret:
    window_days = MAX_WINDOW_DAYS if window_days is None else window_days
    return replace(secret, deletion_due_at=now + timedelta(days=window_days))


def check_window(window_days: int | None, *, is_forced: bool) -> None:
    """Refuse a recovery window that Secrets Manager would refuse."""
    if window_days is None:
        return
    if is_forced:
        raise RefusedError(
            Code.INVALID_PARAMETER,
            "You can't use ForceDeleteWithoutRecovery in conjunction with RecoveryWindowInDays.",
        )
    if not MIN_WINDOW_DAYS <= window_days <= MAX_WINDOW_DAYS:
        raise RefusedError(
            Code.INVALID_PARAMETER,
            f"RecoveryWindowInDays must be from {MIN_WINDOW_DAYS} to {MAX_WINDOW_DAYS} days.",
        )


def with_read(secret: StoredSecret, version_id: str, *, today: date) -> StoredSecret:
    """Marked as read; a day is as fine as Secrets Manager notes it."""
    return replace(
        secret,
        last_accessed_on=today,
        versions=tuple(
            replace(version, last_accessed_on=today)
            if version.version_id == version_id
            else version
            for version in secret.versions
        ),
    )


def _is_made_by_hand(secret: StoredSecret, added: SecretVersion) -> bool:
    """While a rotation is under way, a version that is not the rotation's own."""
    rotation = secret.rotation
    if rotation is None or not rotation.is_enabled or not is_rotation_pending(secret.versions):
        return False
    present = version_with_id(secret.versions, added.version_id)
    return present is None or PENDING not in present.stages
