"""Rotation: the function that Secrets Manager calls, one step of a rotation at a time, and when."""

from collections.abc import Mapping

import pulumi
from pulumi_aws import lambda_, secretsmanager

from components.deployed_functions import FunctionMaker
from components.functions import Function
from components.rotation_settings import RotationSettings, SecretSchedule


def find_secrets(settings: RotationSettings) -> Mapping[str, str]:
    """Ask for the ARNs of the scheduled secrets; ends the program if one is not there."""
    names = [schedule.secret for schedule in settings.schedules]
    return {name: secretsmanager.get_secret(name=name).arn for name in names}


class Rotation(pulumi.ComponentResource):
    """The function, the leave of Secrets Manager to call it for this account's secrets, and the
    schedules of those that are listed. Without the leave, AWS refuses to set a rotation up.
    """

    def __init__(
        self,
        maker: FunctionMaker,
        settings: RotationSettings,
        *,
        secret_arns: Mapping[str, str],
    ) -> None:
        super().__init__("hoist:infra:Rotation", "rotation")
        site = maker.site
        self.function = maker.make(
            Function.ROTATION, environment={}, component=self, network=settings.network
        )
        self._leave = lambda_.Permission(
            "secrets-manager",
            statement_id="secrets-manager",
            action="lambda:InvokeFunction",
            function=self.function.name,
            principal="secretsmanager.amazonaws.com",
            # Without it, a secret of any account could make this one's function run.
            source_account=site.place.account,
            opts=site.inside(self),
        )
        for schedule in settings.schedules:
            self._rotate(schedule, secret_arns[schedule.secret])
        self.register_outputs({"function": self.function.name})

    def _rotate(self, schedule: SecretSchedule, secret_arn: str) -> None:
        secretsmanager.SecretRotation(
            schedule.secret,
            # By ARN: the provider reads it back as one, and would replace what has a name here.
            secret_id=secret_arn,
            rotation_lambda_arn=self.function.arn,
            rotation_rules={
                "schedule_expression": schedule.expression,
                "duration": schedule.window,
            },
            # A change of the schedule is no reason to rotate: AWS only has the function test it.
            rotate_immediately=False,
            opts=pulumi.ResourceOptions(parent=self, depends_on=[self._leave]),
        )
