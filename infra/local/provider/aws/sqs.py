"""aws:sqs/queue:Queue; nearly all of it is attributes, which SQS keeps as texts."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from local.provider.aws.clients import Clients
from local.provider.aws.cloud_errors import if_there
from local.provider.aws.resource_type import REGION, TAGS, Form, Input, ResourceType
from local.provider.aws.tags import removed
from local.provider.errors import ResourceRefusedError
from local.provider.naming import NamingRule
from local.provider.values import Properties, Unknown

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient


@dataclass(frozen=True, slots=True)
class _Attribute:
    """An input that is an attribute of the queue, and how its text is read."""

    input: Input
    aws_name: str
    parse: Callable[[str], Any] = str


def _number(name: str, aws_name: str, default: int) -> _Attribute:
    return _Attribute(Input(name, default=default), aws_name, int)


def _switch(name: str, aws_name: str, **rest: Any) -> _Attribute:
    return _Attribute(Input(name, **rest), aws_name, lambda text: text == "true")


def _document(name: str, aws_name: str) -> _Attribute:
    return _Attribute(Input(name, default="", form=Form.JSON_TEXT), aws_name)


def _text(name: str, aws_name: str, **rest: Any) -> _Attribute:
    return _Attribute(Input(name, **rest), aws_name)


_ATTRIBUTES = (
    _number("delaySeconds", "DelaySeconds", 0),
    _number("visibilityTimeoutSeconds", "VisibilityTimeout", 30),
    _number("messageRetentionSeconds", "MessageRetentionPeriod", 345_600),
    _number("receiveWaitTimeSeconds", "ReceiveMessageWaitTimeSeconds", 0),
    _number("kmsDataKeyReusePeriodSeconds", "KmsDataKeyReusePeriodSeconds", 300),
    _Attribute(Input("maxMessageSize", computed=True), "MaximumMessageSize", int),
    _switch("fifoQueue", "FifoQueue", default=False, replaces=True),
    _switch("contentBasedDeduplication", "ContentBasedDeduplication", default=False),
    _switch("sqsManagedSseEnabled", "SqsManagedSseEnabled", computed=True),
    _text("kmsMasterKeyId", "KmsMasterKeyId", default=""),
    _text("deduplicationScope", "DeduplicationScope", computed=True),
    _text("fifoThroughputLimit", "FifoThroughputLimit", computed=True),
    _document("policy", "Policy"),
    _document("redrivePolicy", "RedrivePolicy"),
    _document("redriveAllowPolicy", "RedriveAllowPolicy"),
)
# SQS does not know these words for a queue that is not FIFO, not even to say no.
_FIFO_ONLY = frozenset(
    {"fifoQueue", "contentBasedDeduplication", "deduplicationScope", "fifoThroughputLimit"}
)


class _Queues:
    def __init__(self, clients: Clients) -> None:
        self._sqs = clients.sqs()
        self._region = clients.settings.region

    def create(self, inputs: Properties) -> str:
        name: str = inputs["name"]
        # SQS answers a create of the same queue with success.
        if if_there(lambda: self._sqs.get_queue_url(QueueName=name)) is not None:
            raise ResourceRefusedError(
                f"the queue {name} exists already", way_out="import it, or choose another name"
            )
        attributes: Any = {name: text for name, text in _texts(inputs, None).items() if text}
        return self._sqs.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]

    def apply(self, resource_id: str, inputs: Properties, changed: frozenset[str]) -> None:
        attributes: Any = _texts(inputs, changed - {"fifoQueue"})
        if attributes:
            self._sqs.set_queue_attributes(QueueUrl=resource_id, Attributes=attributes)
        if "tags" in changed:
            _set_tags(self._sqs, resource_id, inputs["tags"])

    def read(self, resource_id: str) -> Properties | None:
        answer = if_there(
            lambda: self._sqs.get_queue_attributes(QueueUrl=resource_id, AttributeNames=["All"])
        )
        if answer is None:
            return None
        attributes: Any = answer["Attributes"]
        return {
            **_from_texts(attributes),
            "name": resource_id.rpartition("/")[2],
            "region": self._region,
            "arn": attributes["QueueArn"],
            "url": resource_id,
            "tags": self._sqs.list_queue_tags(QueueUrl=resource_id).get("Tags", {}),
        }

    def delete(self, resource_id: str, inputs: Properties) -> None:
        if_there(lambda: self._sqs.delete_queue(QueueUrl=resource_id))


def _texts(inputs: Properties, names: frozenset[str] | None) -> dict[str, str]:
    """The named attributes (or all) as SQS takes them; an empty text takes one away."""
    return {
        each.aws_name: _as_text(inputs[each.input.name])
        for each in _ATTRIBUTES
        if (names is None or each.input.name in names)
        and inputs.get(each.input.name) is not None
        and (inputs["fifoQueue"] or each.input.name not in _FIFO_ONLY)
    }


def _as_text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _from_texts(attributes: dict[str, str]) -> Properties:
    return {
        each.input.name: (
            each.parse(attributes[each.aws_name])
            if each.aws_name in attributes
            else each.input.default
        )
        for each in _ATTRIBUTES
    }


def _set_tags(sqs: "SQSClient", url: str, tags: dict[str, str]) -> None:
    gone = removed(sqs.list_queue_tags(QueueUrl=url).get("Tags", {}), tags)
    if gone:
        sqs.untag_queue(QueueUrl=url, TagKeys=gone)
    if tags:
        sqs.tag_queue(QueueUrl=url, Tags=tags)


def _ending(inputs: Properties) -> str | Unknown:
    is_fifo = inputs.get("fifoQueue")
    if isinstance(is_fifo, Unknown):
        return is_fifo
    return ".fifo" if is_fifo else ""


QUEUE = ResourceType(
    token="aws:sqs/queue:Queue",
    operations=_Queues,
    inputs=(
        Input("name", replaces=True),
        Input("namePrefix", replaces=True),
        *(each.input for each in _ATTRIBUTES),
        REGION,
        TAGS,
    ),
    computed=("arn", "url"),
    naming=NamingRule(max_length=80, ending=_ending),
    identity=("name",),
    derived={"arn": "name", "url": "name"},
)

TYPES = (QUEUE,)
