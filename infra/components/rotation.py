"""Rotation: the function that Secrets Manager calls, one step of a rotation at a time."""

import pulumi
from pulumi_aws import lambda_

from components.deployed_functions import FunctionMaker
from components.functions import Function


class Rotation(pulumi.ComponentResource):
    """The function, and the leave of Secrets Manager to call it for this account's secrets.

    Which secrets, their own settings say; without the leave, AWS refuses to set a rotation up.
    """

    def __init__(self, maker: FunctionMaker) -> None:
        super().__init__("hoist:infra:Rotation", "rotation")
        site = maker.site
        self.function = maker.make(Function.ROTATION, environment={}, component=self)
        lambda_.Permission(
            "secrets-manager",
            statement_id="secrets-manager",
            action="lambda:InvokeFunction",
            function=self.function.name,
            principal="secretsmanager.amazonaws.com",
            # Without it, a secret of any account could make this one's function run.
            source_account=site.place.account,
            opts=site.inside(self),
        )
        self.register_outputs({"function": self.function.name})
