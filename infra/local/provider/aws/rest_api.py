"""aws:apigateway/restApi:RestApi and the calls that all parts of one make alike."""

from typing import TYPE_CHECKING, Any

from local.provider.aws.clients import Clients
from local.provider.aws.cloud_errors import if_there
from local.provider.aws.fields import Field
from local.provider.aws.resource_type import REGION, TAGS, Form, Input, ResourceType
from local.provider.aws.tags import removed
from local.provider.naming import NamingRule
from local.provider.values import Properties

if TYPE_CHECKING:
    from mypy_boto3_apigateway import APIGatewayClient


def api_arn(clients: Clients, api: str) -> str:
    """The ARN by which an API is tagged."""
    return f"arn:aws:apigateway:{clients.settings.region}::/restapis/{api}"


def execution_arn(clients: Clients, api: str) -> str:
    """The ARN that calls of an API are allowed by."""
    account = clients.sts().get_caller_identity()["Account"]
    return f"arn:aws:execute-api:{clients.settings.region}:{account}:{api}"


def replacements(inputs: Properties, changed: frozenset[str], paths: dict[str, str]) -> Any:
    """The changed inputs as API Gateway takes changes: patches, whose values are texts.

    `paths` names those that can be changed; an empty text takes away what is there.
    """
    return [
        _replacement(path, inputs.get(name, "")) for name, path in paths.items() if name in changed
    ]


def _replacement(path: str, value: Any) -> dict[str, str]:
    patch = {"op": "replace", "path": path}
    return patch if value == "" else {**patch, "value": str(value)}


def set_tags(client: "APIGatewayClient", arn: str, tags: dict[str, str]) -> None:
    """Give an API or a stage these tags and no others."""
    gone = removed(client.get_tags(resourceArn=arn)["tags"], tags)
    if gone:
        client.untag_resource(resourceArn=arn, tagKeys=gone)
    if tags:
        client.tag_resource(resourceArn=arn, tags=tags)


_PATHS = {
    "name": "/name",
    "description": "/description",
    "minimumCompressionSize": "/minimumCompressionSize",
}


class _RestApis:
    def __init__(self, clients: Clients) -> None:
        self._clients = clients
        self._api_gateway = clients.api_gateway()

    def create(self, inputs: Properties) -> str:
        size = inputs["minimumCompressionSize"]
        optional: dict[str, Any] = {"minimumCompressionSize": int(size)} if size != "" else {}
        answer = self._api_gateway.create_rest_api(
            name=inputs["name"],
            description=inputs["description"],
            endpointConfiguration={"types": [inputs["endpointConfiguration"]["types"]]},
            binaryMediaTypes=inputs["binaryMediaTypes"],
            **optional,
        )
        return answer["id"]

    def apply(self, resource_id: str, inputs: Properties, changed: frozenset[str]) -> None:
        patches = replacements(inputs, changed, _PATHS)
        if patches:
            self._api_gateway.update_rest_api(restApiId=resource_id, patchOperations=patches)
        if "tags" in changed:
            set_tags(self._api_gateway, api_arn(self._clients, resource_id), inputs["tags"])

    def read(self, resource_id: str) -> Properties | None:
        found: Any = if_there(lambda: self._api_gateway.get_rest_api(restApiId=resource_id))
        if found is None:
            return None
        arn = api_arn(self._clients, resource_id)
        size = found.get("minimumCompressionSize")
        return {
            "name": found["name"],
            "region": self._clients.settings.region,
            "arn": arn,
            "executionArn": execution_arn(self._clients, resource_id),
            "createdDate": found["createdDate"].isoformat(),
            "rootResourceId": found["rootResourceId"],
            "description": found.get("description", ""),
            "endpointConfiguration": {"types": found["endpointConfiguration"]["types"][0]},
            "minimumCompressionSize": "" if size is None else str(size),
            "binaryMediaTypes": found.get("binaryMediaTypes", []),
            "tags": self._api_gateway.get_tags(resourceArn=arn)["tags"],
        }

    def delete(self, resource_id: str, inputs: Properties) -> None:
        if_there(lambda: self._api_gateway.delete_rest_api(restApiId=resource_id))


REST_API = ResourceType(
    token="aws:apigateway/restApi:RestApi",
    operations=_RestApis,
    inputs=(
        Input("name"),
        Input("description", default=""),
        # A text, as pulumi-aws has it: none is not the same as 0.
        Input("minimumCompressionSize", default=""),
        # AWS can change these two in place; the emulator cannot.
        Input("binaryMediaTypes", default=[], form=Form.SET, replaces=True),
        Input(
            "endpointConfiguration",
            default={"types": "EDGE"},
            replaces=True,
            fields=(Field("types", "types"),),
        ),
        REGION,
        TAGS,
    ),
    computed=("arn", "createdDate", "executionArn", "rootResourceId"),
    naming=NamingRule(max_length=1024),
)

TYPES = (REST_API,)
