"""A rule that sends a function the same event once a minute."""

import json
from collections.abc import Mapping

import pulumi
from pulumi_aws import cloudwatch, lambda_

from components.site import Site

EVERY = "rate(1 minute)"


def call_each_minute(
    name: str,
    function: lambda_.Function,
    event: Mapping[str, str],
    *,
    site: Site,
    component: pulumi.Resource,
    because: str,
) -> cloudwatch.EventRule:
    """The rule, as a part of `component`. It may come late or twice."""
    rule = cloudwatch.EventRule(
        name,
        name=site.name(name),
        description=f"Hoist {site.environment}: {because}",
        schedule_expression=EVERY,
        tags=site.tags,
        opts=site.inside(component),
    )
    permission = lambda_.Permission(
        name,
        statement_id=name,
        action="lambda:InvokeFunction",
        function=function.name,
        principal="events.amazonaws.com",
        source_arn=rule.arn,
        opts=site.inside(component),
    )
    cloudwatch.EventTarget(
        name,
        rule=rule.name,
        target_id="function",
        arn=function.arn,
        input=json.dumps(event),
        opts=pulumi.ResourceOptions(parent=component, depends_on=[permission]),
    )
    return rule
