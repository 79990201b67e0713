"""The two layers that the zip functions share on AWS."""

import pulumi
from pulumi_aws import lambda_

from components.packages import AwsPackages
from components.runtime import ARCHITECTURE, RUNTIME
from components.site import Site


class Layers(pulumi.ComponentResource):
    """Third-party packages, large and slow-moving, and Hoist's own shared package."""

    def __init__(self, site: Site, packages: AwsPackages) -> None:
        super().__init__("hoist:infra:Layers", "layers")
        keys = {"dependencies": packages.dependencies_layer, "shared": packages.shared_layer}
        versions = {
            name: lambda_.LayerVersion(
                name,
                layer_name=site.name(name),
                s3_bucket=packages.bucket,
                s3_key=key,
                compatible_runtimes=[RUNTIME],
                compatible_architectures=[ARCHITECTURE],
                opts=site.inside(self),
            )
            for name, key in keys.items()
        }
        self.arns = [version.arn for version in versions.values()]
        self.register_outputs({"arns": self.arns})
