"""aws:kms/key:Key and aws:kms/alias:Alias."""

from typing import Any

from local.provider.aws.clients import Clients
from local.provider.aws.cloud_errors import if_there
from local.provider.aws.resource_type import REGION, TAGS, Form, Input, ResourceType
from local.provider.aws.tags import as_list, as_mapping, removed
from local.provider.naming import NamingRule
from local.provider.values import Properties

_TAG_NAMES = {"key": "TagKey", "value": "TagValue"}
_DELETED = frozenset({"PendingDeletion", "PendingReplicaDeletion"})


class _Keys:
    def __init__(self, clients: Clients) -> None:
        self._kms = clients.kms()
        self._region = clients.settings.region

    def create(self, inputs: Properties) -> str:
        optional: dict[str, Any] = {"Policy": inputs["policy"]} if inputs.get("policy") else {}
        answer = self._kms.create_key(
            Description=inputs["description"],
            KeyUsage=inputs["keyUsage"],
            KeySpec=inputs["customerMasterKeySpec"],
            MultiRegion=inputs["multiRegion"],
            BypassPolicyLockoutSafetyCheck=inputs["bypassPolicyLockoutSafetyCheck"],
            **optional,
        )
        return answer["KeyMetadata"]["KeyId"]

    def apply(self, resource_id: str, inputs: Properties, changed: frozenset[str]) -> None:
        if "description" in changed:
            self._kms.update_key_description(KeyId=resource_id, Description=inputs["description"])
        if "policy" in changed and inputs.get("policy"):
            self._kms.put_key_policy(
                KeyId=resource_id,
                PolicyName="default",
                Policy=inputs["policy"],
                BypassPolicyLockoutSafetyCheck=inputs["bypassPolicyLockoutSafetyCheck"],
            )
        # A key that is switched off takes no other change: on before, off after.
        if inputs["isEnabled"] and "isEnabled" in changed:
            self._kms.enable_key(KeyId=resource_id)
        if "enableKeyRotation" in changed:
            self._set_rotation(resource_id, wanted=inputs["enableKeyRotation"])
        if "tags" in changed:
            self._set_tags(resource_id, inputs["tags"])
        if not inputs["isEnabled"] and "isEnabled" in changed:
            self._kms.disable_key(KeyId=resource_id)

    def read(self, resource_id: str) -> Properties | None:
        answer = if_there(lambda: self._kms.describe_key(KeyId=resource_id))
        if answer is None or answer["KeyMetadata"].get("KeyState") in _DELETED:
            return None
        key: Any = answer["KeyMetadata"]
        policy = self._kms.get_key_policy(KeyId=resource_id, PolicyName="default")
        return {
            "arn": key["Arn"],
            "keyId": key["KeyId"],
            "region": self._region,
            "description": key.get("Description", ""),
            "keyUsage": key["KeyUsage"],
            "customerMasterKeySpec": key.get("KeySpec", "SYMMETRIC_DEFAULT"),
            "multiRegion": key.get("MultiRegion", False),
            "isEnabled": key["Enabled"],
            "enableKeyRotation": self._is_rotated(key),
            "policy": policy["Policy"],
            "tags": self._tags(resource_id),
        }

    def delete(self, resource_id: str, inputs: Properties) -> None:
        if self.read(resource_id) is not None:
            self._kms.schedule_key_deletion(
                KeyId=resource_id, PendingWindowInDays=inputs["deletionWindowInDays"]
            )

    def _is_rotated(self, key: Any) -> bool:
        # The other specs and usages have no rotation, and AWS refuses the question.
        if key.get("KeySpec", "SYMMETRIC_DEFAULT") != "SYMMETRIC_DEFAULT":
            return False
        return self._kms.get_key_rotation_status(KeyId=key["KeyId"])["KeyRotationEnabled"]

    def _set_rotation(self, key_id: str, *, wanted: bool) -> None:
        if wanted:
            self._kms.enable_key_rotation(KeyId=key_id)
        elif self._is_rotated(self._kms.describe_key(KeyId=key_id)["KeyMetadata"]):
            self._kms.disable_key_rotation(KeyId=key_id)

    def _tags(self, key_id: str) -> dict[str, str]:
        answer: Any = self._kms.list_resource_tags(KeyId=key_id)
        return as_mapping(answer.get("Tags", []), **_TAG_NAMES)

    def _set_tags(self, key_id: str, tags: dict[str, str]) -> None:
        gone = removed(self._tags(key_id), tags)
        if gone:
            self._kms.untag_resource(KeyId=key_id, TagKeys=gone)
        if tags:
            self._kms.tag_resource(KeyId=key_id, Tags=as_list(tags, **_TAG_NAMES))


KEY = ResourceType(
    token="aws:kms/key:Key",
    operations=_Keys,
    inputs=(
        Input("description", computed=True, default=""),
        Input("keyUsage", default="ENCRYPT_DECRYPT", replaces=True),
        Input("customerMasterKeySpec", default="SYMMETRIC_DEFAULT", replaces=True),
        Input("multiRegion", default=False, replaces=True),
        Input("policy", computed=True, form=Form.JSON_TEXT),
        Input("bypassPolicyLockoutSafetyCheck", default=False),
        Input("deletionWindowInDays", default=30),
        Input("enableKeyRotation", default=False, later=True),
        Input("isEnabled", default=True, later=True),
        REGION,
        TAGS,
    ),
    computed=("arn", "keyId"),
)


class _Aliases:
    def __init__(self, clients: Clients) -> None:
        self._kms = clients.kms()
        self._region = clients.settings.region

    def create(self, inputs: Properties) -> str:
        name: str = inputs["name"]
        self._kms.create_alias(AliasName=name, TargetKeyId=inputs["targetKeyId"])
        return name

    def apply(self, resource_id: str, inputs: Properties, changed: frozenset[str]) -> None:
        if "targetKeyId" in changed:
            self._kms.update_alias(AliasName=resource_id, TargetKeyId=inputs["targetKeyId"])

    def read(self, resource_id: str) -> Properties | None:
        alias = self._find(resource_id)
        if alias is None:
            return None
        arn: str = alias["AliasArn"]
        target: str = alias["TargetKeyId"]
        return {
            "name": resource_id,
            "region": self._region,
            "arn": arn,
            "targetKeyId": target,
            "targetKeyArn": arn.removesuffix(resource_id) + f"key/{target}",
        }

    def delete(self, resource_id: str, inputs: Properties) -> None:
        if_there(lambda: self._kms.delete_alias(AliasName=resource_id))

    def _find(self, name: str) -> Any:
        pages = self._kms.get_paginator("list_aliases").paginate()
        aliases = (alias for page in pages for alias in page["Aliases"])
        return next(
            (each for each in aliases if each["AliasName"] == name and "TargetKeyId" in each), None
        )


def _key_id(value: Any) -> Any:
    """A key by its ARN and by its id is the same key."""
    return value.rpartition("/")[2] if isinstance(value, str) else value


ALIAS = ResourceType(
    token="aws:kms/alias:Alias",
    operations=_Aliases,
    inputs=(
        Input("name", replaces=True),
        Input("namePrefix", replaces=True),
        Input("targetKeyId", required=True, tidy=_key_id),
        REGION,
    ),
    computed=("arn", "targetKeyArn"),
    naming=NamingRule(max_length=256, beginning="alias/"),
    identity=("name",),
    derived={"arn": "name", "targetKeyArn": "targetKeyId"},
)

TYPES = (KEY, ALIAS)
