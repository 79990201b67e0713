"""The functions of the package that programs may call."""

from collections.abc import Callable, Mapping
from typing import Any

from local.provider.aws.clients import Clients
from local.provider.aws.cloud_errors import if_there
from local.provider.aws.tags import as_mapping
from local.provider.errors import ResourceRefusedError
from local.provider.values import Properties


def _caller_identity(clients: Clients, arguments: Properties) -> Properties:
    caller = clients.sts().get_caller_identity()
    account = caller["Account"]
    return {
        "id": account,
        "accountId": account,
        "arn": caller["Arn"],
        "userId": caller["UserId"],
    }


def _region(clients: Clients, arguments: Properties) -> Properties:
    region = clients.settings.region
    asked = arguments.get("region") or arguments.get("name")
    if asked not in (None, region) or arguments.get("endpoint"):
        raise ResourceRefusedError(
            f"the emulator's provider knows one region, {region}", way_out="ask for no other"
        )
    return {
        "id": region,
        "name": region,
        "region": region,
        "description": region,
        "endpoint": f"ec2.{region}.amazonaws.com",
    }


def _secret(clients: Clients, arguments: Properties) -> Properties:
    asked = arguments.get("name") or arguments.get("arn")
    found: Any = if_there(lambda: clients.secretsmanager().describe_secret(SecretId=asked))
    if found is None:
        raise ResourceRefusedError(f"there is no secret {asked}", way_out="create it first")
    return {
        "id": found["ARN"],
        "arn": found["ARN"],
        "name": found["Name"],
        "region": clients.settings.region,
        "description": found.get("Description", ""),
        "kmsKeyId": found.get("KmsKeyId", ""),
        "tags": as_mapping(found.get("Tags", [])),
    }


FUNCTIONS: Mapping[str, Callable[[Clients, Properties], Properties]] = {
    "aws:index/getCallerIdentity:getCallerIdentity": _caller_identity,
    "aws:index/getRegion:getRegion": _region,
    "aws:secretsmanager/getSecret:getSecret": _secret,
}
