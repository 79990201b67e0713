"""Looks once a minute for stacks whose ring was lost."""

import json

import pulumi
from pulumi_aws import cloudwatch, lambda_

from components.site import Site

# What the api gets instead of a request.
EVENT = {"hoist": "ring-lost-doorbells"}
EVERY = "rate(1 minute)"


class LostDoorbells(pulumi.ComponentResource):
    """A rule that calls the api. It may come late or twice: a sweep rings again for what waits."""

    def __init__(self, site: Site, *, api: lambda_.Function) -> None:
        super().__init__("hoist:infra:LostDoorbells", "lost-doorbells")
        rule = cloudwatch.EventRule(
            "lost-doorbells",
            name=site.name("lost-doorbells"),
            description=f"Hoist {site.environment}: rings again for stacks that nobody comes for",
            schedule_expression=EVERY,
            tags=site.tags,
            opts=site.inside(self),
        )
        permission = lambda_.Permission(
            "lost-doorbells",
            statement_id="lost-doorbells",
            action="lambda:InvokeFunction",
            function=api.name,
            principal="events.amazonaws.com",
            source_arn=rule.arn,
            opts=site.inside(self),
        )
        cloudwatch.EventTarget(
            "lost-doorbells",
            rule=rule.name,
            target_id="api",
            arn=api.arn,
            input=json.dumps(EVENT),
            opts=pulumi.ResourceOptions(parent=self, depends_on=[permission]),
        )
        self.register_outputs({"rule": rule.name})
