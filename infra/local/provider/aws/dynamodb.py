"""aws:dynamodb/table:Table, on demand; indexes are added and removed one at a time, as AWS does."""

from typing import TYPE_CHECKING, Any

from local.provider.aws.clients import Clients
from local.provider.aws.cloud_errors import if_there
from local.provider.aws.dynamodb_shapes import (
    ATTRIBUTE_FIELDS,
    INDEX_FIELDS,
    TTL_FIELDS,
    encryption_from_aws,
    encryption_to_aws,
    index_from_aws,
    index_to_aws,
    key_schema,
    keys_from_schema,
    same_index,
    tidy_encryption,
    tidy_ttl,
)
from local.provider.aws.fields import Field, from_aws, to_aws
from local.provider.aws.resource_type import REGION, TAGS, Form, Input, ResourceType
from local.provider.aws.tags import as_list, as_mapping, removed
from local.provider.naming import NamingRule
from local.provider.values import Properties

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

# A table or index of the emulator is there at once: the waiters look again soon, not in 20 s.
_SOON: Any = {"Delay": 1, "MaxAttempts": 60}


class _Tables:
    def __init__(self, clients: Clients) -> None:
        self._dynamodb = clients.dynamodb()
        self._region = clients.settings.region

    def create(self, inputs: Properties) -> str:
        name: str = inputs["name"]
        indexes: Any = [index_to_aws(each) for each in inputs.get("globalSecondaryIndexes", [])]
        arguments: dict[str, Any] = {"GlobalSecondaryIndexes": indexes} if indexes else {}
        self._dynamodb.create_table(
            TableName=name,
            BillingMode=inputs["billingMode"],
            AttributeDefinitions=to_aws(ATTRIBUTE_FIELDS, inputs["attributes"]),
            KeySchema=key_schema(inputs["hashKey"], inputs.get("rangeKey")),
            DeletionProtectionEnabled=inputs["deletionProtectionEnabled"],
            SSESpecification=encryption_to_aws(inputs["serverSideEncryption"]),
            **arguments,
        )
        self._dynamodb.get_waiter("table_exists").wait(TableName=name, WaiterConfig=_SOON)
        return name

    def apply(self, resource_id: str, inputs: Properties, changed: frozenset[str]) -> None:
        if changed & {"globalSecondaryIndexes", "attributes"}:
            self._set_indexes(resource_id, inputs)
        if "deletionProtectionEnabled" in changed:
            self._update(resource_id, DeletionProtectionEnabled=inputs["deletionProtectionEnabled"])
        if "serverSideEncryption" in changed:
            encryption = encryption_to_aws(inputs["serverSideEncryption"])
            self._update(resource_id, SSESpecification=encryption)
        if "ttl" in changed:
            _set_ttl(self._dynamodb, resource_id, inputs["ttl"])
        if "pointInTimeRecovery" in changed:
            self._dynamodb.update_continuous_backups(
                TableName=resource_id,
                PointInTimeRecoverySpecification={
                    "PointInTimeRecoveryEnabled": inputs["pointInTimeRecovery"]["enabled"]
                },
            )
        if "tags" in changed:
            self._set_tags(resource_id, inputs["tags"])

    def read(self, resource_id: str) -> Properties | None:
        answer = if_there(lambda: self._dynamodb.describe_table(TableName=resource_id))
        if answer is None or answer["Table"].get("TableStatus") == "DELETING":
            return None
        table: Any = answer["Table"]
        keys = keys_from_schema(table["KeySchema"])
        billing = table.get("BillingModeSummary", {}).get("BillingMode", "PROVISIONED")
        return {
            **keys,
            "name": resource_id,
            "region": self._region,
            "arn": table["TableArn"],
            "billingMode": billing,
            "attributes": from_aws(ATTRIBUTE_FIELDS, table["AttributeDefinitions"]),
            "globalSecondaryIndexes": [
                index_from_aws(each) for each in table.get("GlobalSecondaryIndexes", [])
            ],
            "deletionProtectionEnabled": table.get("DeletionProtectionEnabled", False),
            "serverSideEncryption": encryption_from_aws(table.get("SSEDescription")),
            "ttl": self._ttl(resource_id),
            "pointInTimeRecovery": {"enabled": self._is_recoverable(resource_id)},
            "tags": self._tags(table["TableArn"]),
        }

    def delete(self, resource_id: str, inputs: Properties) -> None:
        if if_there(lambda: self._dynamodb.delete_table(TableName=resource_id)) is None:
            return
        waiter = self._dynamodb.get_waiter("table_not_exists")
        waiter.wait(TableName=resource_id, WaiterConfig=_SOON)

    def _update(self, table: str, **change: Any) -> None:
        self._dynamodb.update_table(TableName=table, **change)
        self._dynamodb.get_waiter("table_exists").wait(TableName=table, WaiterConfig=_SOON)

    def _set_indexes(self, table: str, inputs: Properties) -> None:
        described: Any = self._dynamodb.describe_table(TableName=table)["Table"]
        before = {
            each["IndexName"]: index_from_aws(each)
            for each in described.get("GlobalSecondaryIndexes", [])
        }
        after = {each["name"]: each for each in inputs.get("globalSecondaryIndexes", [])}
        for name in sorted(before):
            if not same_index(before[name], after.get(name)):
                self._update(table, GlobalSecondaryIndexUpdates=[{"Delete": {"IndexName": name}}])
        for name in sorted(after):
            if not same_index(before.get(name), after[name]):
                self._update(
                    table,
                    AttributeDefinitions=to_aws(ATTRIBUTE_FIELDS, inputs["attributes"]),
                    GlobalSecondaryIndexUpdates=[{"Create": index_to_aws(after[name])}],
                )

    def _ttl(self, table: str) -> Properties:
        answer = self._dynamodb.describe_time_to_live(TableName=table)["TimeToLiveDescription"]
        enabled = answer.get("TimeToLiveStatus") in ("ENABLED", "ENABLING")
        return {"enabled": enabled, "attributeName": answer.get("AttributeName", "")}

    def _is_recoverable(self, table: str) -> bool:
        answer: Any = self._dynamodb.describe_continuous_backups(TableName=table)
        recovery = answer["ContinuousBackupsDescription"].get("PointInTimeRecoveryDescription", {})
        return bool(recovery.get("PointInTimeRecoveryStatus") == "ENABLED")

    def _tags(self, arn: str) -> dict[str, str]:
        answer: Any = self._dynamodb.list_tags_of_resource(ResourceArn=arn)
        return as_mapping(answer.get("Tags", []))

    def _set_tags(self, table: str, tags: dict[str, str]) -> None:
        arn = self._dynamodb.describe_table(TableName=table)["Table"]["TableArn"]
        gone = removed(self._tags(arn), tags)
        if gone:
            self._dynamodb.untag_resource(ResourceArn=arn, TagKeys=gone)
        if tags:
            self._dynamodb.tag_resource(ResourceArn=arn, Tags=as_list(tags))


def _set_ttl(dynamodb: "DynamoDBClient", table: str, ttl: Properties) -> None:
    now = dynamodb.describe_time_to_live(TableName=table)["TimeToLiveDescription"]
    is_on = now.get("TimeToLiveStatus") in ("ENABLED", "ENABLING")
    wanted = tidy_ttl(ttl)
    attribute = now.get("AttributeName", "")
    # DynamoDB refuses to switch off what is off, and to move a TTL that is on.
    if is_on and (not wanted["enabled"] or wanted["attributeName"] != attribute):
        dynamodb.update_time_to_live(
            TableName=table,
            TimeToLiveSpecification={"Enabled": False, "AttributeName": attribute},
        )
        is_on = False
    if wanted["enabled"] and not is_on:
        dynamodb.update_time_to_live(
            TableName=table, TimeToLiveSpecification=to_aws(TTL_FIELDS, wanted)
        )


TABLE = ResourceType(
    token="aws:dynamodb/table:Table",
    operations=_Tables,
    inputs=(
        Input("name", replaces=True),
        Input("hashKey", required=True, replaces=True),
        Input("rangeKey", replaces=True),
        Input("attributes", required=True, form=Form.SET, fields=ATTRIBUTE_FIELDS),
        Input("billingMode", required=True, allowed=("PAY_PER_REQUEST",)),
        Input("globalSecondaryIndexes", default=[], form=Form.SET, fields=INDEX_FIELDS),
        Input("deletionProtectionEnabled", default=False),
        Input(
            "serverSideEncryption",
            default={"enabled": False},
            fields=(Field("enabled", "Enabled"), Field("kmsKeyArn", "KMSMasterKeyId")),
            tidy=tidy_encryption,
        ),
        Input("ttl", default={"enabled": False}, later=True, fields=TTL_FIELDS, tidy=tidy_ttl),
        Input(
            "pointInTimeRecovery",
            default={"enabled": False},
            later=True,
            fields=(Field("enabled", "PointInTimeRecoveryEnabled"),),
        ),
        REGION,
        TAGS,
    ),
    computed=("arn",),
    naming=NamingRule(max_length=255),
    identity=("name",),
    derived={"arn": "name"},
)

TYPES = (TABLE,)
