"""The orchestrator: the functions behind the two doors, `api` and `worker`."""

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi
from pulumi_aws import lambda_

from components.function_code import FunctionCode
from components.functions import Function
from components.logs import FunctionLogs
from components.roles import FunctionRole
from components.site import Site


@dataclass(frozen=True, slots=True)
class Size:
    """What a function gets. Its share of a processor grows with its memory."""

    memory_mb: int
    timeout_seconds: int
    disk_mb: int = 512


SIZES = {
    # API Gateway gives up after 29 seconds: nobody would hear a later answer.
    Function.API: Size(memory_mb=512, timeout_seconds=29),
    # The longest that Lambda allows; a run that needs longer is cut into slices. The disk holds a
    # program with its packages, and what it needs of provider plugins beside the image's own.
    Function.WORKER: Size(memory_mb=2048, timeout_seconds=900, disk_mb=2048),
}


class Orchestrator(pulumi.ComponentResource):
    """Both functions. Neither reserves concurrency, which the account's other functions would
    lack, and neither is traced: what a run works on stays in its own records.
    """

    def __init__(
        self,
        site: Site,
        *,
        code: Mapping[Function, FunctionCode],
        environment: Mapping[str, pulumi.Input[str]],
        roles: Mapping[Function, FunctionRole],
        logs: FunctionLogs,
    ) -> None:
        super().__init__("hoist:infra:Orchestrator", "orchestrator")
        self._site = site
        self._environment = environment
        self._logs = logs
        self.api = self._function(Function.API, code[Function.API], roles[Function.API])
        self.worker = self._function(Function.WORKER, code[Function.WORKER], roles[Function.WORKER])
        self.register_outputs({"api": self.api.name, "worker": self.worker.name})

    def _function(
        self, function: Function, code: FunctionCode, role: FunctionRole
    ) -> lambda_.Function:
        size = SIZES[function]
        return lambda_.Function(
            function,
            name=self._site.name(function),
            role=role.role.arn,
            package_type=code.package_type,
            runtime=code.runtime,
            handler=code.handler,
            s3_bucket=code.s3_bucket,
            s3_key=code.s3_key,
            image_uri=code.image_uri,
            architectures=code.architectures,
            layers=code.layers,
            memory_size=size.memory_mb,
            timeout=size.timeout_seconds,
            ephemeral_storage={"size": size.disk_mb},
            environment={"variables": {**self._environment, **code.variables}},
            tags=self._site.tags,
            # With its permissions, and with a log group that Lambda would not be allowed to make.
            opts=pulumi.ResourceOptions(
                parent=self, depends_on=[role, self._logs.groups[function]]
            ),
        )
