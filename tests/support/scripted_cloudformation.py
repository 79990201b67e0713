"""A CloudFormation with one stack, whose next statuses are told beforehand."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from botocore.exceptions import ClientError

NO_CHANGES = "The submitted information didn't contain changes."


@dataclass
class ScriptedCloudFormation:
    """`statuses` are what the stack is, one per look at it; the last one stays. Empty: no stack.

    `statuses_after` are those from the execution of a change set on. `plan` is what a change set
    becomes, and `calls` are the changes that were asked for, in order.
    `failed_before` are failures of an earlier attempt.
    """

    statuses: Sequence[str] = ()
    statuses_after: Sequence[str] = ("CREATE_COMPLETE",)
    plan: Sequence[str] = ("CREATE_COMPLETE",)
    plan_changes: Sequence[Any] = ("a change",)
    plan_reason: str = ""
    outputs: dict[str, str] = field(default_factory=dict)
    failed_resources: dict[str, str] = field(default_factory=dict)
    failed_before: dict[str, str] = field(default_factory=dict)
    calls: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._ahead = list(self.statuses)
        self._plan_ahead = list(self.plan)

    def describe_stacks(self, **request: Any) -> dict[str, Any]:
        if not self._ahead:
            message = f"no stack {request['StackName']}"
            raise ClientError(
                {"Error": {"Code": "ValidationError", "Message": message}}, "DescribeStacks"
            )
        outputs = [{"OutputKey": k, "OutputValue": v} for k, v in self.outputs.items()]
        return {"Stacks": [{"StackStatus": _next(self._ahead), "Outputs": outputs}]}

    def describe_stack_events(self, **request: Any) -> dict[str, Any]:
        beginning = {
            "LogicalResourceId": request["StackName"],
            "ResourceStatus": "UPDATE_IN_PROGRESS",
        }
        newest_first = [*_failures(self.failed_resources), beginning]
        return {"StackEvents": [*newest_first, *_failures(self.failed_before)]}

    def create_change_set(self, **request: Any) -> dict[str, Any]:
        self.calls.append(f"plan {request['ChangeSetType']}")
        return {}

    def describe_change_set(self, **request: Any) -> dict[str, Any]:
        status = _next(self._plan_ahead)
        return {"Status": status, "Changes": self.plan_changes, "StatusReason": self.plan_reason}

    def execute_change_set(self, **request: Any) -> dict[str, Any]:
        self.calls.append("execute")
        self._ahead = list(self.statuses_after)
        return {}

    def delete_change_set(self, **request: Any) -> dict[str, Any]:
        self.calls.append("forget plan")
        return {}


def _failures(reasons: dict[str, str]) -> list[dict[str, str]]:
    return [
        {
            "LogicalResourceId": resource,
            "ResourceStatus": "CREATE_FAILED",
            "ResourceStatusReason": reason,
        }
        for resource, reason in reasons.items()
    ]


def _next(ahead: list[str]) -> str:
    return ahead.pop(0) if len(ahead) > 1 else ahead[0]
