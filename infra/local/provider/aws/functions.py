"""The functions of the package that programs may call."""

from collections.abc import Callable, Mapping

from local.provider.aws.clients import Clients
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


FUNCTIONS: Mapping[str, Callable[[Clients, Properties], Properties]] = {
    "aws:index/getCallerIdentity:getCallerIdentity": _caller_identity,
    "aws:index/getRegion:getRegion": _region,
}
