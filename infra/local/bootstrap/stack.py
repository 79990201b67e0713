"""One CloudFormation stack, brought to what a template says by a change set."""

from collections.abc import Mapping
from itertools import takewhile
from typing import Any, Protocol

from botocore.exceptions import ClientError

from hoist.clock import Clock
from local.bootstrap.errors import BootstrapError

POLL_SECONDS = 0.2
TIMEOUT_SECONDS = 120

# From these no update leads on: CloudFormation asks to delete the stack, or to mend it by hand.
_DEAD_ENDS = frozenset(
    {
        "CREATE_FAILED",
        "DELETE_FAILED",
        "ROLLBACK_COMPLETE",
        "ROLLBACK_FAILED",
        "UPDATE_FAILED",
        "UPDATE_ROLLBACK_FAILED",
    }
)
_BEGINNINGS = frozenset({"CREATE_IN_PROGRESS", "UPDATE_IN_PROGRESS"})
_WAYS_BACK = frozenset({"UPDATE_ROLLBACK_COMPLETE"})
# A stack of which there is a change set and nothing else yet.
_PLANNED = "REVIEW_IN_PROGRESS"


class CloudFormation(Protocol):
    """The calls of boto3's client that are made here."""

    def describe_stacks(self, **request: Any) -> dict[str, Any]: ...
    def describe_stack_events(self, **request: Any) -> dict[str, Any]: ...
    def create_change_set(self, **request: Any) -> dict[str, Any]: ...
    def describe_change_set(self, **request: Any) -> dict[str, Any]: ...
    def execute_change_set(self, **request: Any) -> dict[str, Any]: ...
    def delete_change_set(self, **request: Any) -> dict[str, Any]: ...


class Stack:
    """A stack by its name."""

    def __init__(self, name: str, *, cloudformation: CloudFormation, clock: Clock) -> None:
        self.name = name
        self._cloudformation = cloudformation
        self._clock = clock

    def bring_to(self, template: str, parameters: Mapping[str, str]) -> dict[str, str]:
        """Create or update the stack, or leave it if nothing differs; returns its outputs.

        Raises BootstrapError when the stack is in a state from which no update leads on, or when
        it fails on the way; the error has CloudFormation's own reasons.
        """
        status = self._settled_status()
        if status in _DEAD_ENDS:
            raise self._failed(status)
        is_new = status in (None, _PLANNED)
        # The emulator keeps change sets that were executed, so each gets a name of its own.
        change_set = f"hoist-{self._clock.now():%Y%m%dT%H%M%S%f}"
        if self._plan(change_set, template, parameters, is_new=is_new):
            self._cloudformation.execute_change_set(StackName=self.name, ChangeSetName=change_set)
            status = self._settled_status()
            if status is None or status in _DEAD_ENDS | _WAYS_BACK:
                raise self._failed(status)
        return self._outputs()

    def _plan(
        self, change_set: str, template: str, parameters: Mapping[str, str], *, is_new: bool
    ) -> bool:
        """Make the change set; False, and no change set, when it would change nothing."""
        self._cloudformation.create_change_set(
            StackName=self.name,
            ChangeSetName=change_set,
            ChangeSetType="CREATE" if is_new else "UPDATE",
            TemplateBody=template,
            Parameters=[
                {"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()
            ],
        )
        plan = self._settled_plan(change_set)
        if plan["Status"] != "FAILED":
            return True
        self._cloudformation.delete_change_set(StackName=self.name, ChangeSetName=change_set)
        # A template that is wrong was refused above. Without macros in it, the one thing left that
        # fails here is a set of no changes.
        if plan.get("Changes") or is_new:
            raise BootstrapError(
                f"the change set of stack {self.name} failed: {plan.get('StatusReason', '')}",
                way_out="mend infra/bootstrap/template.yaml and try again",
            )
        return False

    def _settled_plan(self, change_set: str) -> dict[str, Any]:
        ends_at = self._clock.monotonic() + TIMEOUT_SECONDS
        while True:
            plan = self._cloudformation.describe_change_set(
                StackName=self.name, ChangeSetName=change_set
            )
            if plan["Status"] in ("CREATE_COMPLETE", "FAILED"):
                return plan
            self._wait_until(ends_at, f"its change set is {plan['Status']}")

    def _settled_status(self) -> str | None:
        """The stack's status once nothing is in progress; None when there is no such stack."""
        ends_at = self._clock.monotonic() + TIMEOUT_SECONDS
        while True:
            stack = self._describe()
            if stack is None:
                return None
            status: str = stack["StackStatus"]
            if status == _PLANNED or not status.endswith("_IN_PROGRESS"):
                return None if status == "DELETE_COMPLETE" else status
            self._wait_until(ends_at, f"it is {status}")

    def _wait_until(self, ends_at: float, state: str) -> None:
        if self._clock.monotonic() >= ends_at:
            raise BootstrapError(
                f"stack {self.name} did not settle in {TIMEOUT_SECONDS} s: {state}",
                way_out="look at the stack's events, then try again",
            )
        self._clock.sleep(POLL_SECONDS)

    def _describe(self) -> dict[str, Any] | None:
        try:
            stacks = self._cloudformation.describe_stacks(StackName=self.name)["Stacks"]
        except ClientError as error:
            # The only thing about a name alone that CloudFormation finds invalid.
            if error.response["Error"]["Code"] == "ValidationError":
                return None
            raise
        stack: dict[str, Any] = stacks[0]
        return stack

    def _outputs(self) -> dict[str, str]:
        stack = self._describe() or {}
        return {output["OutputKey"]: output["OutputValue"] for output in stack.get("Outputs", ())}

    def _begins(self, event: Mapping[str, str]) -> bool:
        """Older failures than this event belong to an earlier attempt."""
        return event["LogicalResourceId"] == self.name and event["ResourceStatus"] in _BEGINNINGS

    def _failed(self, status: str | None) -> BootstrapError:
        newest_first = self._cloudformation.describe_stack_events(StackName=self.name)
        reasons = [
            f"{event['LogicalResourceId']}: {event['ResourceStatusReason']}"
            for event in takewhile(lambda each: not self._begins(each), newest_first["StackEvents"])
            if event["ResourceStatus"].endswith("_FAILED") and event.get("ResourceStatusReason")
        ]
        return BootstrapError(
            f"stack {self.name} is {status or 'gone'}"
            + (f" ({'; '.join(reasons)})" if reasons else ""),
            way_out=(
                "start the local AWS afresh (`hoist local down --purge`, then `hoist local up`); "
                f"on AWS, see to what failed and delete stack {self.name} first"
            ),
        )
