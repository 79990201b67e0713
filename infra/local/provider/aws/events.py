"""Rules of the default bus: aws:cloudwatch/eventRule:EventRule and eventTarget:EventTarget."""

from typing import TYPE_CHECKING, Any

from local.provider.aws.clients import Clients
from local.provider.aws.cloud_errors import if_there
from local.provider.aws.fields import Field, from_aws, to_aws
from local.provider.aws.resource_type import REGION, TAGS, Form, Input, ResourceType
from local.provider.aws.tags import as_list, as_mapping, removed
from local.provider.errors import ResourceRefusedError
from local.provider.naming import NamingRule
from local.provider.values import Properties

if TYPE_CHECKING:
    from mypy_boto3_events import EventBridgeClient

_BUS = Input("eventBusName", default="default", replaces=True, allowed=("default",))

_RULE = (
    Field("description", "Description"),
    Field("state", "State"),
    Field("scheduleExpression", "ScheduleExpression"),
    Field("eventPattern", "EventPattern"),
)
# EventBridge takes no empty ones.
_OPTIONAL = frozenset({"scheduleExpression", "eventPattern"})


class _Rules:
    def __init__(self, clients: Clients) -> None:
        self._events = clients.events()
        self._region = clients.settings.region

    def create(self, inputs: Properties) -> str:
        name: str = inputs["name"]
        # EventBridge writes over the one that is there.
        if self._find(name) is not None:
            raise ResourceRefusedError(
                f"the rule {name} exists already", way_out="import it, or choose another name"
            )
        self._put(name, inputs)
        return name

    def apply(self, resource_id: str, inputs: Properties, changed: frozenset[str]) -> None:
        if changed - {"tags"}:
            self._put(resource_id, inputs)
        if "tags" in changed:
            _set_tags(self._events, self._find(resource_id)["Arn"], inputs["tags"])

    def read(self, resource_id: str) -> Properties | None:
        found = self._find(resource_id)
        if found is None:
            return None
        return {
            "description": "",
            **from_aws(_RULE, found),
            "name": resource_id,
            "region": self._region,
            "eventBusName": found["EventBusName"],
            "arn": found["Arn"],
            "tags": _tags(self._events, found["Arn"]),
        }

    def delete(self, resource_id: str, inputs: Properties) -> None:
        if_there(lambda: self._events.delete_rule(Name=resource_id))

    def _find(self, name: str) -> Any:
        return if_there(lambda: self._events.describe_rule(Name=name))

    def _put(self, name: str, inputs: Properties) -> None:
        known = {key: value for key, value in inputs.items() if value or key not in _OPTIONAL}
        self._events.put_rule(Name=name, **to_aws(_RULE, known))


def _tags(client: "EventBridgeClient", arn: str) -> dict[str, str]:
    answer: Any = client.list_tags_for_resource(ResourceARN=arn)
    return as_mapping(answer["Tags"])


def _set_tags(client: "EventBridgeClient", arn: str, tags: dict[str, str]) -> None:
    gone = removed(_tags(client, arn), tags)
    if gone:
        client.untag_resource(ResourceARN=arn, TagKeys=gone)
    if tags:
        client.tag_resource(ResourceARN=arn, Tags=as_list(tags))


EVENT_RULE = ResourceType(
    token="aws:cloudwatch/eventRule:EventRule",
    operations=_Rules,
    inputs=(
        Input("name", replaces=True),
        Input("namePrefix", replaces=True),
        Input("description", default=""),
        Input("scheduleExpression"),
        Input("eventPattern", form=Form.JSON_TEXT),
        Input("state", default="ENABLED", allowed=("ENABLED", "DISABLED")),
        _BUS,
        REGION,
        TAGS,
    ),
    computed=("arn",),
    naming=NamingRule(max_length=64),
    identity=("name",),
    derived={"arn": "name"},
)


class _Targets:
    """By `rule/targetId`."""

    def __init__(self, clients: Clients) -> None:
        self._events = clients.events()
        self._region = clients.settings.region

    def create(self, inputs: Properties) -> str:
        rule, target = inputs["rule"], inputs["targetId"]
        # EventBridge writes over the one that is there.
        if self._find(rule, target) is not None:
            raise ResourceRefusedError(
                f"the rule {rule} has a target {target} already",
                way_out="import it, or choose another targetId",
            )
        self._put(rule, target, inputs)
        return f"{rule}/{target}"

    def apply(self, resource_id: str, inputs: Properties, changed: frozenset[str]) -> None:
        rule, _, target = resource_id.partition("/")
        self._put(rule, target, inputs)

    def read(self, resource_id: str) -> Properties | None:
        rule, _, target = resource_id.partition("/")
        found = self._find(rule, target)
        if found is None:
            return None
        return {
            "rule": rule,
            "targetId": target,
            "region": self._region,
            "eventBusName": "default",
            "arn": found["Arn"],
            "input": found.get("Input", ""),
        }

    def delete(self, resource_id: str, inputs: Properties) -> None:
        rule, _, target = resource_id.partition("/")
        if_there(lambda: self._events.remove_targets(Rule=rule, Ids=[target]))

    def _find(self, rule: str, target: str) -> Any:
        answer = if_there(lambda: self._events.list_targets_by_rule(Rule=rule))
        targets = answer["Targets"] if answer else []
        return next((each for each in targets if each["Id"] == target), None)

    def _put(self, rule: str, target: str, inputs: Properties) -> None:
        entry: Any = {"Id": target, "Arn": inputs["arn"]}
        if inputs["input"]:
            entry["Input"] = inputs["input"]
        self._events.put_targets(Rule=rule, Targets=[entry])


EVENT_TARGET = ResourceType(
    token="aws:cloudwatch/eventTarget:EventTarget",
    operations=_Targets,
    inputs=(
        Input("rule", required=True, replaces=True),
        Input("targetId", replaces=True),
        Input("arn", required=True),
        Input("input", default="", form=Form.JSON_TEXT),
        _BUS,
        REGION,
    ),
    naming=NamingRule(max_length=64, property="targetId", prefix_property=""),
    identity=("rule", "targetId"),
    within="rule",
)

TYPES = (EVENT_RULE, EVENT_TARGET)
