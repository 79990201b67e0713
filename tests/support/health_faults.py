"""What can be broken in an installation, and what a check must say of it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from health.dependencies.installation import functions_of
from health_functions import package
from health_sites import HealthSite


@dataclass(frozen=True)
class Fault:
    """One thing broken. `finding` is the only one that may come of it."""

    finding: str
    inject: Callable[[HealthSite], object]
    is_repaired_by_command: bool = True
    runs_an_aws_command: bool = True
    """Otherwise what repairs it is a command that a test of checks cannot run."""

    @property
    def check(self) -> str:
        return self.finding.partition(".")[0]

    def __str__(self) -> str:
        return self.finding


def _key_id(site: HealthSite) -> str:
    found = site.client("kms").describe_key(KeyId=site.places.state_key_alias)
    key_id: str = found["KeyMetadata"]["KeyId"]
    return key_id


def _bucket_faults(check: str, bucket_of: Callable[[HealthSite], str]) -> Sequence[Fault]:
    return (
        Fault(
            f"{check}.versioning",
            lambda site: site.client("s3").put_bucket_versioning(
                Bucket=bucket_of(site), VersioningConfiguration={"Status": "Suspended"}
            ),
        ),
        Fault(
            f"{check}.encryption",
            lambda site: site.client("s3").delete_bucket_encryption(Bucket=bucket_of(site)),
        ),
        Fault(
            f"{check}.public_access_block",
            lambda site: site.client("s3").delete_public_access_block(Bucket=bucket_of(site)),
        ),
        Fault(
            f"{check}.absent",
            lambda site: site.client("s3").delete_bucket(Bucket=bucket_of(site)),
            is_repaired_by_command=False,
        ),
    )


def _table_faults(check: str, table_of: Callable[[HealthSite], str]) -> Sequence[Fault]:
    return (
        Fault(
            f"{check}.backups",
            lambda site: site.client("dynamodb").update_continuous_backups(
                TableName=table_of(site),
                PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": False},
            ),
        ),
        Fault(
            f"{check}.time_to_live",
            lambda site: site.client("dynamodb").update_time_to_live(
                TableName=table_of(site),
                TimeToLiveSpecification={"Enabled": False, "AttributeName": "expires_at"},
            ),
        ),
        Fault(
            f"{check}.absent",
            lambda site: site.client("dynamodb").delete_table(TableName=table_of(site)),
            is_repaired_by_command=False,
        ),
    )


def _worker(site: HealthSite) -> str:
    return functions_of(site.places.installation)[1]


def _upgrade_half(site: HealthSite) -> None:
    """Another release for one function, as an upgrade leaves it that died after the first."""
    client, name = site.client("lambda"), _worker(site)
    told = client.get_function(FunctionName=name)["Configuration"]["Description"]
    client.update_function_configuration(
        FunctionName=name, Description=told.replace("release 01", "release ff")
    )


FAULTS: Sequence[Fault] = (
    *_bucket_faults("state_bucket", lambda site: site.places.state_bucket),
    *_bucket_faults("artifacts_bucket", lambda site: site.places.artifacts_bucket),
    *_table_faults("state_table", lambda site: site.places.state_table),
    *_table_faults("runs_table", lambda site: site.places.runs_table),
    Fault("state_key.state", lambda site: site.client("kms").disable_key(KeyId=_key_id(site))),
    Fault(
        "state_key.state",
        lambda site: site.client("kms").schedule_key_deletion(KeyId=_key_id(site)),
    ),
    Fault(
        "state_key.rotation",
        lambda site: site.client("kms").disable_key_rotation(KeyId=_key_id(site)),
    ),
    Fault(
        "state_key.absent",
        lambda site: site.client("kms").delete_alias(AliasName=site.places.state_key_alias),
        is_repaired_by_command=False,
    ),
    Fault(
        "doorbell.visibility_timeout",
        lambda site: site.client("sqs").set_queue_attributes(
            QueueUrl=site.places.doorbell_url, Attributes={"VisibilityTimeout": "30"}
        ),
    ),
    Fault(
        "doorbell.absent",
        lambda site: site.client("sqs").delete_queue(QueueUrl=site.places.doorbell_url),
        is_repaired_by_command=False,
    ),
    Fault(
        "deployed_code.digest",
        lambda site: site.client("lambda").update_function_code(
            FunctionName=_worker(site), ZipFile=package("def handle(event, context): 1 / 0\n")
        ),
    ),
    Fault("deployed_code.release", _upgrade_half, runs_an_aws_command=False),
    Fault(
        "deployed_code.absent",
        lambda site: site.client("lambda").delete_function(FunctionName=_worker(site)),
        is_repaired_by_command=False,
    ),
)
