"""All that a permission can be about, as ARNs."""

from dataclasses import dataclass

import pulumi

from components.site import Place

LOG_BODIES = ".hoist/journal"
AUDIT_HEADS = "audit/heads/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Estate:
    """What an installation owns. `secrets_arn` and `users_arn` are patterns: the secrets that
    Hoist rotates, and the users whose access keys may be in them. `rotation_is_in_vpc` says
    whether Lambda needs interfaces in a network for it.
    """

    place: Place
    state_bucket_arn: str
    state_table_arn: str
    encryption_key_arn: str
    artifacts_bucket_arn: pulumi.Input[str]
    runs_table_arn: pulumi.Input[str]
    access_table_arn: pulumi.Input[str]
    audit_table_arn: pulumi.Input[str]
    audit_bucket_arn: str
    signing_key_arn: str
    doorbell_arn: pulumi.Input[str]
    dead_doorbells_arn: pulumi.Input[str]
    secrets_arn: str
    users_arn: str
    rotation_is_in_vpc: bool
    function_arns: tuple[str, ...]
    log_group_arns: tuple[pulumi.Input[str], ...]

    @property
    def bucket_arns(self) -> tuple[pulumi.Input[str], ...]:
        """The buckets that are encrypted with the encryption key."""
        return (self.state_bucket_arn, self.artifacts_bucket_arn)

    @property
    def table_arns(self) -> tuple[pulumi.Input[str], ...]:
        """The tables of both doors of the orchestrator."""
        return (self.state_table_arn, self.runs_table_arn, self.audit_table_arn)

    @property
    def audit_heads(self) -> str:
        """The signed heads of the audit."""
        return f"{self.audit_bucket_arn}/{AUDIT_HEADS}*"

    @property
    def log_streams(self) -> tuple[pulumi.Output[str], ...]:
        """What the functions have logged."""
        return tuple(pulumi.Output.concat(arn, ":*") for arn in self.log_group_arns)

    @property
    def run_log_bodies(self) -> pulumi.Output[str]:
        """What the logs of runs hold that does not fit into an item."""
        return self.artifacts(LOG_BODIES)

    def artifacts(self, folder: str) -> pulumi.Output[str]:
        """The objects of one folder of the artifacts bucket."""
        return pulumi.Output.concat(self.artifacts_bucket_arn, f"/{folder}/*")
