"""aws:lambda/eventSourceMapping:EventSourceMapping, from a queue to a function."""

from typing import TYPE_CHECKING, Any

from local.provider.aws.clients import Clients
from local.provider.aws.cloud_errors import if_there
from local.provider.aws.fields import Field, from_aws, to_aws
from local.provider.aws.resource_type import REGION, TAGS, Form, Input, ResourceType
from local.provider.aws.tags import removed
from local.provider.values import Properties

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient

_SCALING = (Field("maximumConcurrency", "MaximumConcurrency"),)
_SETTINGS = (
    Field("batchSize", "BatchSize"),
    Field("maximumBatchingWindowInSeconds", "MaximumBatchingWindowInSeconds"),
    Field("functionResponseTypes", "FunctionResponseTypes"),
    Field("scalingConfig", "ScalingConfig", _SCALING),
)


class _Mappings:
    """The emulator makes several of the same source and function, where AWS makes one."""

    def __init__(self, clients: Clients) -> None:
        self._lambda = clients.lambda_functions()
        self._region = clients.settings.region

    def create(self, inputs: Properties) -> str:
        settings: Any = to_aws(_SETTINGS, inputs)
        answer = self._lambda.create_event_source_mapping(
            EventSourceArn=inputs["eventSourceArn"],
            FunctionName=inputs["functionName"],
            Enabled=inputs["enabled"],
            **settings,
        )
        return answer["UUID"]

    def apply(self, resource_id: str, inputs: Properties, changed: frozenset[str]) -> None:
        fields = tuple(field for field in _SETTINGS if field.name in changed)
        update = to_aws(fields, inputs) if fields else {}
        if "enabled" in changed:
            update["Enabled"] = inputs["enabled"]
        if "functionName" in changed:
            update["FunctionName"] = inputs["functionName"]
        if update:
            self._lambda.update_event_source_mapping(UUID=resource_id, **update)
        if "tags" in changed:
            _set_tags(self._lambda, resource_id, inputs["tags"])

    def read(self, resource_id: str) -> Properties | None:
        found: Any = if_there(lambda: self._lambda.get_event_source_mapping(UUID=resource_id))
        if found is None:
            return None
        arn: str = found["EventSourceMappingArn"]
        return {
            "scalingConfig": {},
            **from_aws(_SETTINGS, found),
            "region": self._region,
            "uuid": resource_id,
            "arn": arn,
            "enabled": found["State"] in ("Enabled", "Enabling"),
            "eventSourceArn": found["EventSourceArn"],
            "functionArn": found["FunctionArn"],
            "functionName": _function_name(found["FunctionArn"]),
            "tags": self._lambda.list_tags(Resource=arn).get("Tags", {}),
        }

    def delete(self, resource_id: str, inputs: Properties) -> None:
        if_there(lambda: self._lambda.delete_event_source_mapping(UUID=resource_id))


def _set_tags(client: "LambdaClient", uuid: str, tags: dict[str, str]) -> None:
    arn = client.get_event_source_mapping(UUID=uuid)["EventSourceMappingArn"]
    gone = removed(client.list_tags(Resource=arn).get("Tags", {}), tags)
    if gone:
        client.untag_resource(Resource=arn, TagKeys=gone)
    if tags:
        client.tag_resource(Resource=arn, Tags=tags)


def _function_name(value: Any) -> Any:
    """A function by its ARN and by its name is the same function."""
    return value.rpartition(":")[2] if isinstance(value, str) else value


EVENT_SOURCE_MAPPING = ResourceType(
    token="aws:lambda/eventSourceMapping:EventSourceMapping",
    operations=_Mappings,
    inputs=(
        Input("eventSourceArn", required=True, replaces=True),
        Input("functionName", required=True, tidy=_function_name),
        Input("enabled", default=True),
        Input("batchSize", default=10),
        Input("maximumBatchingWindowInSeconds", default=0),
        Input("functionResponseTypes", default=[], form=Form.SET),
        Input("scalingConfig", default={}, fields=_SCALING),
        REGION,
        TAGS,
    ),
    computed=("arn", "functionArn", "uuid"),
    derived={"functionArn": "functionName"},
)

TYPES = (EVENT_SOURCE_MAPPING,)
