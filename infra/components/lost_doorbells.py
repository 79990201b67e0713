"""Looks once a minute for stacks whose ring was lost."""

import pulumi
from pulumi_aws import lambda_

from components.minutely_call import call_each_minute
from components.site import Site

# What the api gets instead of a request.
EVENT = {"hoist": "ring-lost-doorbells"}


class LostDoorbells(pulumi.ComponentResource):
    """A rule that calls the api. A sweep too many does no harm: it rings again for what waits."""

    def __init__(self, site: Site, *, api: lambda_.Function) -> None:
        super().__init__("hoist:infra:LostDoorbells", "lost-doorbells")
        rule = call_each_minute(
            "lost-doorbells",
            api,
            EVENT,
            site=site,
            component=self,
            because="rings again for stacks that nobody comes for",
        )
        self.register_outputs({"rule": rule.name})
