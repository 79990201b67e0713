"""Where an installation stands and what its parts are called: known to every component."""

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws


@dataclass(frozen=True, slots=True)
class Place:
    """The account and the region that everything is made in."""

    partition: str
    account: str
    region: str

    def arn(self, service: str, resource: str) -> str:
        """The ARN of something in this account and region."""
        return f"arn:{self.partition}:{service}:{self.region}:{self.account}:{resource}"

    def bucket_arn(self, bucket: str) -> str:
        """A bucket's ARN, which names neither account nor region."""
        return f"arn:{self.partition}:s3:::{bucket}"

    def user_arn(self, path: str) -> str:
        """The ARN of a user, who belongs to no region."""
        return f"arn:{self.partition}:iam::{self.account}:user/{path}"

    def endpoint(self, service: str) -> str:
        """The service's name as KMS tells it in `kms:ViaService`."""
        return f"{service}.{self.region}.amazonaws.com"


def find_place() -> Place:
    """Ask the provider where it works."""
    caller = aws.get_caller_identity()
    return Place(
        partition=caller.arn.split(":")[1],
        account=caller.account_id,
        region=aws.get_region().region,
    )


@dataclass(frozen=True, slots=True)
class Site:
    """One installation: `hoist-<environment>` in one place."""

    environment: str
    place: Place
    protects_data: bool

    def name(self, thing: str) -> str:
        """The name of a thing of which AWS has one namespace per account and region."""
        return f"{self.installation}-{thing}"

    def bucket_name(self, thing: str) -> str:
        """A bucket's name: all accounts of the world share one namespace."""
        return f"{self.name(thing)}-{self.place.account}-{self.place.region}"

    @property
    def installation(self) -> str:
        """What tells this installation from others in the same place."""
        return f"hoist-{self.environment}"

    @property
    def tags(self) -> dict[str, str]:
        return {
            "hoist:installation": self.installation,
            "hoist:environment": self.environment,
        }

    def inside(self, component: pulumi.Resource) -> pulumi.ResourceOptions:
        """Options of a part of a component that can be made again at any time."""
        return pulumi.ResourceOptions(parent=component)

    def kept_inside(self, component: pulumi.Resource) -> pulumi.ResourceOptions:
        """Options of a part that holds data: where data is protected, it cannot be deleted."""
        return pulumi.ResourceOptions(parent=component, protect=self.protects_data)
