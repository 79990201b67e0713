"""aws:lambda/function:Function, from a zip in a bucket; the emulator ignores layers at run time."""

from typing import TYPE_CHECKING, Any

from local.provider.aws.clients import Clients
from local.provider.aws.cloud_errors import if_there
from local.provider.aws.fields import Field, from_aws, to_aws
from local.provider.aws.resource_type import REGION, TAGS, Input, ResourceType
from local.provider.aws.tags import removed
from local.provider.errors import ResourceRefusedError
from local.provider.naming import NamingRule
from local.provider.values import Properties

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient

_CODE = frozenset({"s3Bucket", "s3Key", "architectures"})
_NETWORK = (Field("subnetIds", "SubnetIds"), Field("securityGroupIds", "SecurityGroupIds"))
_CONFIGURATION = (
    Field("role", "Role"),
    Field("runtime", "Runtime"),
    Field("handler", "Handler"),
    Field("description", "Description"),
    Field("timeout", "Timeout"),
    Field("memorySize", "MemorySize"),
    Field("environment", "Environment", (Field("variables", "Variables"),)),
    Field("ephemeralStorage", "EphemeralStorage", (Field("size", "Size"),)),
    Field("vpcConfig", "VpcConfig", _NETWORK),
)
# A function of the emulator is ready half a second after a change of it.
_SOON: Any = {"Delay": 0.25, "MaxAttempts": 240}


class _Functions:
    def __init__(self, clients: Clients) -> None:
        self._lambda = clients.lambda_functions()
        self._s3 = clients.s3()
        self._region = clients.settings.region

    def create(self, inputs: Properties) -> str:
        name: str = inputs["name"]
        self._require_package(inputs)
        configuration: Any = to_aws(_CONFIGURATION, inputs)
        self._lambda.create_function(
            FunctionName=name,
            Code={"S3Bucket": inputs["s3Bucket"], "S3Key": inputs["s3Key"]},
            Architectures=inputs["architectures"],
            **configuration,
        )
        self._lambda.get_waiter("function_active_v2").wait(FunctionName=name, WaiterConfig=_SOON)
        return name

    def apply(self, resource_id: str, inputs: Properties, changed: frozenset[str]) -> None:
        """The emulator kills what the function is doing when code or configuration change."""
        fields = tuple(field for field in _CONFIGURATION if field.name in changed)
        if fields:
            self._lambda.update_function_configuration(
                FunctionName=resource_id, **to_aws(fields, inputs)
            )
            self._wait_for_update(resource_id)
        if changed & _CODE:
            self._lambda.update_function_code(
                FunctionName=resource_id,
                S3Bucket=inputs["s3Bucket"],
                S3Key=inputs["s3Key"],
                Architectures=inputs["architectures"],
            )
            self._wait_for_update(resource_id)
        if "tags" in changed:
            _set_tags(self._lambda, resource_id, inputs["tags"])

    def read(self, resource_id: str) -> Properties | None:
        answer = if_there(lambda: self._lambda.get_function(FunctionName=resource_id))
        if answer is None:
            return None
        found: Any = answer["Configuration"]
        arn: str = found["FunctionArn"]
        return {
            "environment": {},
            "vpcConfig": {},
            **from_aws(_CONFIGURATION, found),
            "name": resource_id,
            "region": self._region,
            "architectures": found["Architectures"],
            "arn": arn,
            "invokeArn": (
                f"arn:aws:apigateway:{self._region}:lambda:path/2015-03-31/functions/{arn}"
                "/invocations"
            ),
            "codeSha256": found["CodeSha256"],
            "sourceCodeSize": found["CodeSize"],
            "version": found["Version"],
            "tags": answer.get("Tags", {}),
        }

    def delete(self, resource_id: str, inputs: Properties) -> None:
        if_there(lambda: self._lambda.delete_function(FunctionName=resource_id))

    def _require_package(self, inputs: Properties) -> None:
        """The emulator would make a function without code, which fails when it is called."""
        bucket, key = inputs["s3Bucket"], inputs["s3Key"]
        if if_there(lambda: self._s3.head_object(Bucket=bucket, Key=key)) is None:
            raise ResourceRefusedError(
                f"there is no package {key} in the bucket {bucket}", way_out="upload it first"
            )

    def _wait_for_update(self, name: str) -> None:
        # AWS takes no other change before this one is done.
        waiter = self._lambda.get_waiter("function_updated_v2")
        waiter.wait(FunctionName=name, WaiterConfig=_SOON)


def _set_tags(client: "LambdaClient", name: str, tags: dict[str, str]) -> None:
    answer = client.get_function(FunctionName=name)
    arn = answer["Configuration"]["FunctionArn"]
    gone = removed(answer.get("Tags", {}), tags)
    if gone:
        client.untag_resource(Resource=arn, TagKeys=gone)
    if tags:
        client.tag_resource(Resource=arn, Tags=tags)


def _tidy_environment(value: Any) -> Any:
    """One without variables is none."""
    if isinstance(value, dict) and not value.get("variables"):
        return {}
    return value


def _tidy_network(value: Any) -> Any:
    """One without subnets is none."""
    if isinstance(value, dict) and not value.get("subnetIds"):
        return {}
    return value


FUNCTION = ResourceType(
    token="aws:lambda/function:Function",
    operations=_Functions,
    inputs=(
        Input("name", replaces=True),
        Input("role", required=True),
        Input("runtime", required=True),
        Input("handler", required=True),
        Input("s3Bucket", required=True),
        Input("s3Key", required=True),
        Input("architectures", default=["x86_64"]),
        Input("description", default=""),
        Input("timeout", default=3),
        Input("memorySize", default=128),
        Input(
            "environment",
            default={},
            fields=(Field("variables", "Variables"),),
            tidy=_tidy_environment,
        ),
        Input("vpcConfig", default={}, fields=_NETWORK, tidy=_tidy_network),
        Input("ephemeralStorage", default={"size": 512}, fields=(Field("size", "Size"),)),
        REGION,
        TAGS,
    ),
    computed=("arn", "invokeArn", "codeSha256", "sourceCodeSize", "version"),
    naming=NamingRule(max_length=64),
    identity=("name",),
    derived={
        "arn": "name",
        "invokeArn": "name",
        "codeSha256": "s3Key",
        "sourceCodeSize": "s3Key",
    },
)

TYPES = (FUNCTION,)
