"""The functions of an installation for checks to look at: made as infra makes them, never run."""

import hashlib
import io
import json
import zipfile
from typing import Any

from health.dependencies.installation import functions_of

RELEASE = "0123456789ab"
RUNTIME = "python3.13"
_TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"Service": "lambda.amazonaws.com"},
            "Action": "sts:AssumeRole",
        }
    ],
}


def make_functions(
    client_of: Any, installation: str, *, bucket: str, runtime: str = RUNTIME
) -> None:
    """All functions, of one release, whose package is in a bucket of its own."""
    s3 = client_of("s3")
    region = s3.meta.region_name
    s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": region})
    key = put_package(s3, bucket, "def handle(event, context): ...\n")
    role = _role(client_of("iam"), installation)
    client = client_of("lambda")
    for name in functions_of(installation):
        client.create_function(
            FunctionName=name,
            Description=description(bucket, key),
            Runtime=runtime,
            Handler="main.handle",
            Role=role,
            Code={"S3Bucket": bucket, "S3Key": key},
            Architectures=["arm64"],
        )
    for name in functions_of(installation):
        waiter = client.get_waiter("function_active_v2")
        waiter.wait(FunctionName=name, WaiterConfig={"Delay": 1, "MaxAttempts": 60})


def put_package(s3: Any, bucket: str, source: str) -> str:
    """The key of a package with one module."""
    body = package(source)
    key = f"packages/hoist-{hashlib.sha256(body).hexdigest()}.zip"
    s3.put_object(Bucket=bucket, Key=key, Body=body)
    return key


def package(source: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(zipfile.ZipInfo("main.py"), source)
    return buffer.getvalue()


def description(bucket: str, key: str, release: str = RELEASE) -> str:
    return f"release {release} of s3://{bucket}/{key}"


def _role(iam: Any, name: str) -> str:
    made = iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(_TRUST))
    arn: str = made["Role"]["Arn"]
    return arn
