"""Deploys the bootstrap template and makes up for what the emulator leaves out of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from hoist.clock import Clock
from local.bootstrap.errors import BootstrapError
from local.bootstrap.gaps import close_gaps
from local.bootstrap.stack import CloudFormation, Stack
from local.bootstrap.template import TEMPLATE_PATH, parse_template

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client


@dataclass(frozen=True, slots=True)
class BootstrapOutputs:
    """What exists now, and what was set by API since the emulator had dropped it."""

    state_bucket: str
    state_table: str
    state_key_arn: str
    state_key_alias: str
    audit_bucket: str
    audit_retention_days: str
    audit_retention_mode: str
    signing_key_arn: str
    signing_key_alias: str
    worker_repository: str
    closed_gaps: tuple[str, ...] = ()

    def as_config(self) -> dict[str, str]:
        """The Pulumi config by which Hoist's own stack knows them; none of it is secret."""
        return {
            "hoist:stateBucket": self.state_bucket,
            "hoist:stateTable": self.state_table,
            "hoist:stateKeyArn": self.state_key_arn,
            "hoist:stateKeyAlias": self.state_key_alias,
            "hoist:auditBucket": self.audit_bucket,
            "hoist:auditRetentionDays": self.audit_retention_days,
            "hoist:auditRetentionMode": self.audit_retention_mode,
            "hoist:signingKeyArn": self.signing_key_arn,
            "hoist:signingKeyAlias": self.signing_key_alias,
        }

    @classmethod
    def of_stack(
        cls, outputs: Mapping[str, str], *, closed_gaps: tuple[str, ...] = ()
    ) -> "BootstrapOutputs":
        """The outputs of the CloudFormation stack by our names."""
        return cls(
            state_bucket=outputs["StateBucket"],
            state_table=outputs["StateTable"],
            state_key_arn=outputs["StateKeyArn"],
            state_key_alias=outputs["StateKeyAlias"],
            audit_bucket=outputs["AuditBucket"],
            audit_retention_days=outputs["AuditRetentionDays"],
            audit_retention_mode=outputs["AuditRetentionMode"],
            signing_key_arn=outputs["SigningKeyArn"],
            signing_key_alias=outputs["SigningKeyAlias"],
            worker_repository=outputs["WorkerRepository"],
            closed_gaps=closed_gaps,
        )


def deploy_bootstrap(
    *,
    environment: str,
    cloudformation: CloudFormation,
    s3: "S3Client",
    dynamodb: "DynamoDBClient",
    clock: Clock,
) -> BootstrapOutputs:
    """Bring stack `hoist-<environment>-bootstrap` to what the template says; does nothing when it
    is there already. Raises BootstrapError with the reason and the way out.
    """
    text = TEMPLATE_PATH.read_text(encoding="utf-8")
    parameters = {"Environment": environment}
    stack = Stack(f"hoist-{environment}-bootstrap", cloudformation=cloudformation, clock=clock)
    try:
        outputs = stack.bring_to(text, parameters)
        closed = close_gaps(
            parse_template(text),
            parameters=parameters,
            outputs=outputs,
            s3=s3,
            dynamodb=dynamodb,
        )
    except (ClientError, BotoCoreError) as error:
        raise BootstrapError(
            f"stack {stack.name} could not be deployed: {error}",
            way_out="see that the local AWS is up (`hoist local status`), then try again",
        ) from error
    return BootstrapOutputs.of_stack(outputs, closed_gaps=closed)
