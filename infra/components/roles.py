"""The role of a function: who may take it, and what it may do."""

from collections.abc import Sequence

import pulumi
from pulumi_aws import iam

from components.functions import Function
from components.policy_document import Statement, policy_document
from components.site import Site


class FunctionRole(pulumi.ComponentResource):
    """A role for one function, with the permissions given and its own log group; no more."""

    def __init__(
        self,
        site: Site,
        function: Function,
        *,
        log_group_arn: pulumi.Input[str],
        permissions: Sequence[Statement],
    ) -> None:
        super().__init__("hoist:infra:FunctionRole", function)
        self.role = iam.Role(
            function,
            name=site.name(function),
            description=f"Hoist {site.environment}: the function {function}",
            assume_role_policy=policy_document(_lambda_may_take_it()),
            tags=site.tags,
            opts=site.inside(self),
        )
        iam.RolePolicy(
            function,
            name="permissions",
            role=self.role.name,
            policy=policy_document(_write_own_logs(log_group_arn), *permissions),
            opts=site.inside(self),
        )
        self.register_outputs({"role": self.role.arn})


def _lambda_may_take_it() -> Statement:
    return Statement(
        sid="LambdaMayTakeIt",
        principal={"Service": "lambda.amazonaws.com"},
        actions=("sts:AssumeRole",),
    )


def _write_own_logs(log_group_arn: pulumi.Input[str]) -> Statement:
    """The group itself is made by this program, so that its retention is ours to say."""
    return Statement(
        sid="WriteOwnLogs",
        actions=("logs:CreateLogStream", "logs:PutLogEvents"),
        resources=(pulumi.Output.concat(log_group_arn, ":*"),),
    )
