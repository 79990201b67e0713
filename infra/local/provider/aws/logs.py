"""aws:cloudwatch/logGroup:LogGroup."""

from typing import Any

from local.provider.aws.clients import Clients
from local.provider.aws.cloud_errors import if_there
from local.provider.aws.resource_type import REGION, TAGS, Input, ResourceType
from local.provider.aws.tags import removed
from local.provider.naming import NamingRule
from local.provider.values import Properties


class _LogGroups:
    def __init__(self, clients: Clients) -> None:
        self._logs = clients.logs()
        self._region = clients.settings.region

    def create(self, inputs: Properties) -> str:
        name: str = inputs["name"]
        key = inputs["kmsKeyId"]
        optional: dict[str, Any] = {"kmsKeyId": key} if key else {}
        self._logs.create_log_group(
            logGroupName=name, logGroupClass=inputs["logGroupClass"], **optional
        )
        return name

    def apply(self, resource_id: str, inputs: Properties, changed: frozenset[str]) -> None:
        if "retentionInDays" in changed:
            self._set_retention(resource_id, inputs["retentionInDays"])
        if "kmsKeyId" in changed:
            self._set_key(resource_id, inputs["kmsKeyId"])
        if "tags" in changed:
            self._set_tags(resource_id, inputs["tags"])

    def read(self, resource_id: str) -> Properties | None:
        group = self._find(resource_id)
        if group is None:
            return None
        arn = _arn(group)
        return {
            "name": resource_id,
            "region": self._region,
            "arn": arn,
            "retentionInDays": group.get("retentionInDays", 0),
            "kmsKeyId": group.get("kmsKeyId", ""),
            "logGroupClass": group.get("logGroupClass", "STANDARD"),
            "tags": self._tags(arn),
        }

    def delete(self, resource_id: str, inputs: Properties) -> None:
        if not inputs["skipDestroy"]:
            if_there(lambda: self._logs.delete_log_group(logGroupName=resource_id))

    def _find(self, name: str) -> Any:
        pages = self._logs.get_paginator("describe_log_groups").paginate(logGroupNamePrefix=name)
        groups = (group for page in pages for group in page["logGroups"])
        return next((group for group in groups if group["logGroupName"] == name), None)

    def _set_retention(self, name: str, days: int) -> None:
        if days:
            self._logs.put_retention_policy(logGroupName=name, retentionInDays=days)
        else:
            self._logs.delete_retention_policy(logGroupName=name)

    def _set_key(self, name: str, key: str) -> None:
        if key:
            self._logs.associate_kms_key(logGroupName=name, kmsKeyId=key)
        else:
            self._logs.disassociate_kms_key(logGroupName=name)

    def _tags(self, arn: str) -> dict[str, str]:
        return dict(self._logs.list_tags_for_resource(resourceArn=arn).get("tags", {}))

    def _set_tags(self, name: str, tags: dict[str, str]) -> None:
        arn = _arn(self._find(name))
        gone = removed(self._tags(arn), tags)
        if gone:
            self._logs.untag_resource(resourceArn=arn, tagKeys=gone)
        if tags:
            self._logs.tag_resource(resourceArn=arn, tags=tags)


def _arn(group: Any) -> str:
    # CloudWatch adds ":*" for "all its streams"; pulumi-aws and the tag calls are without.
    arn: str = group["arn"]
    return arn.removesuffix(":*")


LOG_GROUP = ResourceType(
    token="aws:cloudwatch/logGroup:LogGroup",
    operations=_LogGroups,
    inputs=(
        Input("name", replaces=True),
        Input("namePrefix", replaces=True),
        Input("logGroupClass", default="STANDARD", replaces=True),
        Input("retentionInDays", default=0, later=True),
        Input("kmsKeyId", default=""),
        Input("skipDestroy", default=False),
        REGION,
        TAGS,
    ),
    computed=("arn",),
    naming=NamingRule(max_length=512),
    identity=("name",),
    derived={"arn": "name"},
)

TYPES = (LOG_GROUP,)
