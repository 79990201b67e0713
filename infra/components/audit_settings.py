"""Where the audit keeps its evidence, made by the bootstrap, and for how long it is locked."""

from dataclasses import dataclass

import pulumi

from components.bootstrap_settings import from_bootstrap
from components.errors import SettingsError

LOCK_MODES = ("GOVERNANCE", "COMPLIANCE")
# As the bootstrap template has it: S3 takes a hundred years at most.
LOCK_DAYS = range(1, 36_501)


@dataclass(frozen=True, slots=True)
class AuditEvidence:
    """The bucket of signed heads, the key that signs them, and how long a head is locked."""

    bucket: str
    retention_days: int
    retention_mode: str
    signing_key_arn: str
    signing_key_alias: str


def read_audit(config: pulumi.Config) -> AuditEvidence:
    """The settings, checked; raises SettingsError."""
    return AuditEvidence(
        bucket=from_bootstrap(config, "auditBucket"),
        retention_days=_days(from_bootstrap(config, "auditRetentionDays")),
        retention_mode=_mode(from_bootstrap(config, "auditRetentionMode")),
        signing_key_arn=from_bootstrap(config, "signingKeyArn"),
        signing_key_alias=from_bootstrap(config, "signingKeyAlias"),
    )


def _days(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) < 6 and int(text) in LOCK_DAYS):
        raise SettingsError(
            f"hoist:auditRetentionDays is '{text}'; a lock is for {LOCK_DAYS[0]} to {LOCK_DAYS[-1]}"
            " days"
        )
    return int(text)


def _mode(text: str) -> str:
    if text not in LOCK_MODES:
        raise SettingsError(
            f"hoist:auditRetentionMode is '{text}'; it is {' or '.join(LOCK_MODES)}"
        )
    return text
