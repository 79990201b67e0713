"""aws:lambda/permission:Permission, one statement of a function's own policy."""

import json
from typing import Any

from local.provider.aws.clients import Clients
from local.provider.aws.cloud_errors import if_there
from local.provider.aws.resource_type import REGION, Input, ResourceType
from local.provider.naming import NamingRule
from local.provider.values import Properties


class _Permissions:
    """By `function/statementId`; AWS changes none, it only adds and removes."""

    def __init__(self, clients: Clients) -> None:
        self._lambda = clients.lambda_functions()
        self._region = clients.settings.region

    def create(self, inputs: Properties) -> str:
        function, statement_id = inputs["function"], inputs["statementId"]
        optional = {"SourceArn": inputs["sourceArn"], "SourceAccount": inputs["sourceAccount"]}
        self._lambda.add_permission(
            FunctionName=function,
            StatementId=statement_id,
            Action=inputs["action"],
            Principal=inputs["principal"],
            **{name: value for name, value in optional.items() if value},
        )
        return f"{function}/{statement_id}"

    def apply(self, resource_id: str, inputs: Properties, changed: frozenset[str]) -> None:
        """There is nothing to set on one that exists."""

    def read(self, resource_id: str) -> Properties | None:
        function, _, statement_id = resource_id.rpartition("/")
        statement = self._find(function, statement_id)
        if statement is None:
            return None
        condition = statement.get("Condition", {})
        return {
            "function": function,
            "statementId": statement_id,
            "region": self._region,
            "action": statement["Action"],
            "principal": _principal(statement["Principal"]),
            "sourceArn": condition.get("ArnLike", {}).get("AWS:SourceArn", ""),
            "sourceAccount": condition.get("StringEquals", {}).get("AWS:SourceAccount", ""),
        }

    def delete(self, resource_id: str, inputs: Properties) -> None:
        function, _, statement_id = resource_id.rpartition("/")
        if_there(
            lambda: self._lambda.remove_permission(FunctionName=function, StatementId=statement_id)
        )

    def _find(self, function: str, statement_id: str) -> Any:
        answer = if_there(lambda: self._lambda.get_policy(FunctionName=function))
        statements: Any = json.loads(answer["Policy"])["Statement"] if answer else []
        return next((each for each in statements if each["Sid"] == statement_id), None)


def _principal(principal: Any) -> str:
    """A service, an account or everybody, as the program said it."""
    found: str = principal if isinstance(principal, str) else next(iter(principal.values()))
    return found


PERMISSION = ResourceType(
    token="aws:lambda/permission:Permission",
    operations=_Permissions,
    inputs=(
        Input("function", required=True, replaces=True),
        Input("action", required=True, replaces=True),
        Input("principal", required=True, replaces=True),
        Input("sourceArn", default="", replaces=True),
        Input("sourceAccount", default="", replaces=True),
        Input("statementId", replaces=True),
        Input("statementIdPrefix", replaces=True),
        REGION,
    ),
    naming=NamingRule(max_length=100, property="statementId", prefix_property="statementIdPrefix"),
    identity=("function", "statementId"),
    within="function",
)

TYPES = (PERMISSION,)
