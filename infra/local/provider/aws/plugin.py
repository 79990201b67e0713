"""The plugin `aws` of the emulator: `local.provider.aws.plugin` for `write_plugin`."""

from local.provider.aws import dynamodb, iam, kms, logs, s3_bucket, s3_lifecycle, s3_settings, sqs
from local.provider.aws.provider import AwsProvider
from local.provider.aws.settings import process_environment

TYPES = (
    *s3_bucket.TYPES,
    *s3_settings.TYPES,
    *s3_lifecycle.TYPES,
    *dynamodb.TYPES,
    *kms.TYPES,
    *sqs.TYPES,
    *iam.TYPES,
    *logs.TYPES,
)


def make_provider(version: str) -> AwsProvider:
    """The provider, for the plugin process."""
    return AwsProvider(version, TYPES, process_environment())
