"""aws:iam/role:Role and aws:iam/rolePolicy:RolePolicy."""

import json
from typing import Any
from urllib.parse import unquote

from local.provider.aws.clients import Clients
from local.provider.aws.cloud_errors import if_there
from local.provider.aws.resource_type import TAGS, Form, Input, ResourceType
from local.provider.aws.tags import as_list, as_mapping, removed
from local.provider.errors import ResourceRefusedError
from local.provider.naming import NamingRule
from local.provider.values import Properties


class _Roles:
    def __init__(self, clients: Clients) -> None:
        self._iam = clients.iam()

    def create(self, inputs: Properties) -> str:
        name: str = inputs["name"]
        boundary = inputs["permissionsBoundary"]
        optional: dict[str, Any] = {"PermissionsBoundary": boundary} if boundary else {}
        self._iam.create_role(
            RoleName=name,
            Path=inputs["path"],
            AssumeRolePolicyDocument=inputs["assumeRolePolicy"],
            Description=inputs["description"],
            MaxSessionDuration=inputs["maxSessionDuration"],
            **optional,
        )
        return name

    def apply(self, resource_id: str, inputs: Properties, changed: frozenset[str]) -> None:
        if "assumeRolePolicy" in changed:
            self._iam.update_assume_role_policy(
                RoleName=resource_id, PolicyDocument=inputs["assumeRolePolicy"]
            )
        if changed & {"description", "maxSessionDuration"}:
            self._iam.update_role(
                RoleName=resource_id,
                Description=inputs["description"],
                MaxSessionDuration=inputs["maxSessionDuration"],
            )
        if "permissionsBoundary" in changed:
            self._set_boundary(resource_id, inputs["permissionsBoundary"])
        if "tags" in changed:
            self._set_tags(resource_id, inputs["tags"])

    def read(self, resource_id: str) -> Properties | None:
        answer = if_there(lambda: self._iam.get_role(RoleName=resource_id))
        if answer is None:
            return None
        role: Any = answer["Role"]
        return {
            "name": role["RoleName"],
            "arn": role["Arn"],
            "uniqueId": role["RoleId"],
            "createDate": role["CreateDate"].isoformat(),
            "path": role["Path"],
            "assumeRolePolicy": document_text(role["AssumeRolePolicyDocument"]),
            "description": role.get("Description", ""),
            "maxSessionDuration": role.get("MaxSessionDuration", 3600),
            "permissionsBoundary": role.get("PermissionsBoundary", {}).get(
                "PermissionsBoundaryArn", ""
            ),
            "tags": self._tags(resource_id),
        }

    def delete(self, resource_id: str, inputs: Properties) -> None:
        if inputs["forceDetachPolicies"]:
            if_there(lambda: self._detach_all(resource_id))
        if_there(lambda: self._iam.delete_role(RoleName=resource_id))

    def _detach_all(self, role: str) -> None:
        attached = self._iam.list_attached_role_policies(RoleName=role)["AttachedPolicies"]
        for policy in attached:
            self._iam.detach_role_policy(RoleName=role, PolicyArn=policy["PolicyArn"])
        for name in self._iam.list_role_policies(RoleName=role)["PolicyNames"]:
            self._iam.delete_role_policy(RoleName=role, PolicyName=name)

    def _set_boundary(self, role: str, boundary: str) -> None:
        if boundary:
            self._iam.put_role_permissions_boundary(RoleName=role, PermissionsBoundary=boundary)
        else:
            if_there(lambda: self._iam.delete_role_permissions_boundary(RoleName=role))

    def _tags(self, role: str) -> dict[str, str]:
        answer: Any = self._iam.list_role_tags(RoleName=role)
        return as_mapping(answer["Tags"])

    def _set_tags(self, role: str, tags: dict[str, str]) -> None:
        gone = removed(self._tags(role), tags)
        if gone:
            self._iam.untag_role(RoleName=role, TagKeys=gone)
        if tags:
            self._iam.tag_role(RoleName=role, Tags=as_list(tags))


def document_text(document: Any) -> str:
    """A policy document as text; botocore gives an object, some answers a quoted text."""
    return json.dumps(document) if not isinstance(document, str) else unquote(document)


ROLE = ResourceType(
    token="aws:iam/role:Role",
    operations=_Roles,
    inputs=(
        Input("name", replaces=True),
        Input("namePrefix", replaces=True),
        Input("path", default="/", replaces=True),
        Input("assumeRolePolicy", required=True, form=Form.JSON_TEXT),
        Input("description", default=""),
        Input("maxSessionDuration", default=3600),
        Input("permissionsBoundary", default=""),
        Input("forceDetachPolicies", default=False),
        TAGS,
    ),
    computed=("arn", "createDate", "uniqueId"),
    naming=NamingRule(max_length=64),
    identity=("name",),
    derived={"arn": "name"},
)


class _RolePolicies:
    """Inline policies; their id is `role:name`, as pulumi-aws has it."""

    def __init__(self, clients: Clients) -> None:
        self._iam = clients.iam()

    def create(self, inputs: Properties) -> str:
        role, name = inputs["role"], inputs["name"]
        # IAM would write over the one that is there.
        if self._get(role, name) is not None:
            raise ResourceRefusedError(
                f"the role {role} has a policy {name} already",
                way_out="import it, or choose another name",
            )
        self._put(role, name, inputs)
        return f"{role}:{name}"

    def apply(self, resource_id: str, inputs: Properties, changed: frozenset[str]) -> None:
        if "policy" in changed:
            role, name = _role_and_name(resource_id)
            self._put(role, name, inputs)

    def read(self, resource_id: str) -> Properties | None:
        role, name = _role_and_name(resource_id)
        answer = self._get(role, name)
        if answer is None:
            return None
        return {"role": role, "name": name, "policy": document_text(answer["PolicyDocument"])}

    def delete(self, resource_id: str, inputs: Properties) -> None:
        role, name = _role_and_name(resource_id)
        if_there(lambda: self._iam.delete_role_policy(RoleName=role, PolicyName=name))

    def _get(self, role: str, name: str) -> Any:
        return if_there(lambda: self._iam.get_role_policy(RoleName=role, PolicyName=name))

    def _put(self, role: str, name: str, inputs: Properties) -> None:
        self._iam.put_role_policy(RoleName=role, PolicyName=name, PolicyDocument=inputs["policy"])


def _role_and_name(resource_id: str) -> tuple[str, str]:
    role, separator, name = resource_id.partition(":")
    if not separator:
        raise ResourceRefusedError(
            f"{resource_id} is not the id of a role policy", way_out="write it as role:policy"
        )
    return role, name


ROLE_POLICY = ResourceType(
    token="aws:iam/rolePolicy:RolePolicy",
    operations=_RolePolicies,
    inputs=(
        Input("name", replaces=True),
        Input("namePrefix", replaces=True),
        Input("role", required=True, replaces=True),
        Input("policy", required=True, form=Form.JSON_TEXT),
    ),
    naming=NamingRule(max_length=128),
    identity=("role", "name"),
)

TYPES = (ROLE, ROLE_POLICY)
