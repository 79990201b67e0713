"""What all functions of the product have in common: a name, a role, a log group, tags."""

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi
from pulumi_aws import lambda_

from components.function_code import FunctionCode
from components.functions import Function
from components.logs import FunctionLogs
from components.release import descriptions_of
from components.roles import FunctionRole
from components.rotation_settings import Network
from components.site import Site
from components.sizes import SIZES


@dataclass(frozen=True, slots=True, kw_only=True)
class FunctionMaker:
    """Makes the functions of an installation. None reserves concurrency, which the account's other
    functions would lack, and none is traced: what a run works on stays in its own records.
    """

    site: Site
    code: Mapping[Function, FunctionCode]
    roles: Mapping[Function, FunctionRole]
    logs: FunctionLogs

    def make(
        self,
        function: Function,
        *,
        environment: Mapping[str, pulumi.Input[str]],
        component: pulumi.Resource,
        network: Network | None = None,
    ) -> lambda_.Function:
        """The function, as a part of `component`."""
        code, role, size = self.code[function], self.roles[function], SIZES[function]
        variables = {**environment, **code.variables}
        return lambda_.Function(
            function,
            name=self.site.name(function),
            description=descriptions_of(self.code)[function],
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
            environment={"variables": variables} if variables else None,
            vpc_config=_vpc_config(network) if network else None,
            tags=self.site.tags,
            # With its permissions, and with a log group that Lambda would not be allowed to make.
            opts=pulumi.ResourceOptions(
                parent=component, depends_on=[role, self.logs.groups[function]]
            ),
        )


def _vpc_config(network: Network) -> lambda_.FunctionVpcConfigArgsDict:
    return {
        "subnet_ids": list(network.subnets),
        "security_group_ids": list(network.security_groups),
    }
