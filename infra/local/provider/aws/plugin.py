"""The plugin `aws` of the emulator: `local.provider.aws.plugin` for `write_plugin`."""

from local.provider.aws import (
    cloudwatch,
    dynamodb,
    dynamodb_item,
    events,
    iam,
    kms,
    lambda_function,
    lambda_mapping,
    lambda_permission,
    logs,
    rest_api,
    rest_api_limits,
    rest_api_methods,
    rest_api_responses,
    rest_api_stages,
    s3_bucket,
    s3_lifecycle,
    s3_settings,
    secret_rotation,
    sqs,
)
from local.provider.aws.provider import AwsProvider
from local.provider.aws.settings import process_environment

TYPES = (
    *s3_bucket.TYPES,
    *s3_settings.TYPES,
    *s3_lifecycle.TYPES,
    *dynamodb.TYPES,
    *dynamodb_item.TYPES,
    *kms.TYPES,
    *sqs.TYPES,
    *iam.TYPES,
    *logs.TYPES,
    *cloudwatch.TYPES,
    *lambda_function.TYPES,
    *lambda_permission.TYPES,
    *lambda_mapping.TYPES,
    *rest_api.TYPES,
    *rest_api_methods.TYPES,
    *rest_api_stages.TYPES,
    *rest_api_limits.TYPES,
    *rest_api_responses.TYPES,
    *events.TYPES,
    *secret_rotation.TYPES,
)


def make_provider(version: str) -> AwsProvider:
    """The provider, for the plugin process."""
    return AwsProvider(version, TYPES, process_environment())
