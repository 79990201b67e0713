"""Log groups, made before the functions that write to them: Lambda's own would never expire."""

import pulumi
from pulumi_aws import cloudwatch

from components.functions import Function
from components.site import Site


class FunctionLogs(pulumi.ComponentResource):
    """One log group per function, where Lambda looks for it."""

    def __init__(self, site: Site, *, retention_days: int) -> None:
        super().__init__("hoist:infra:FunctionLogs", "function-logs")
        self.groups = {
            function: cloudwatch.LogGroup(
                function,
                name=f"/aws/lambda/{site.name(function)}",
                retention_in_days=retention_days,
                tags=site.tags,
                opts=site.inside(self),
            )
            for function in Function
        }
        self.register_outputs({"groups": {str(f): g.name for f, g in self.groups.items()}})
