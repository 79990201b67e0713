"""Hoist's own stack on a local AWS. Health and rotation are the real ones; what stands for the two
handlers of the orchestrator tells a test what reached it.
"""

import hashlib
import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from access_sites import bearer, grant, token_with
from aws_serverless_cases import zip_of
from deployments import TestStack, Workshop
from hoist.access.dynamodb import DynamoDBAccess
from hoist.access.tokens import AccessToken
from hoist.aws import Aws
from hoist.clock import SystemClock
from local.provider.aws.clients import Clients
from local.provider.aws.settings import read_settings
from local.self_hosting import own_program, publish_own_packages

_BOOTSTRAP = """#!/bin/sh
exec "$HOIST_PYTHON" -m awslambdaric "$_HANDLER"
"""

API = """
import json, os

def handle(event, context):
    seen = {name: event.get(name) for name in ("path", "httpMethod", "body", "hoist")}
    signed_by = event.get("requestContext", {}).get("identity", {}).get("userArn")
    told = {**seen, "signedBy": signed_by, "table": os.environ["HOIST_RUNS_TABLE"]}
    body = {"version": "VERSION", **told}
    return {"statusCode": 200, "body": json.dumps(body)}
"""
# Says what it heard: at `wait_for`, if the ring names a queue to wait at.
WORKER = """
import json, os
import boto3

def handle(event, context):
    sqs = boto3.client("sqs")
    [ring] = event["Records"]
    message = json.loads(ring["body"])
    heard = None
    if "wait_for" in message:
        answer = sqs.receive_message(QueueUrl=message["wait_for"], WaitTimeSeconds=20)
        heard = [each["Body"] for each in answer.get("Messages", [])]
    told = {"stack": ring["attributes"]["MessageGroupId"], "heard": heard,
            "engine": os.environ["HOIST_ENGINE"]}
    sqs.send_message(QueueUrl=message["tell"], MessageBody=json.dumps(told))
    return {"batchItemFailures": []}
"""
# As many runs at a time.
_PARALLEL_RUNS = 2


@dataclass(frozen=True, slots=True)
class DeployedHoist:
    """The stack, and clients of the local AWS that it is on."""

    stack: TestStack
    clients: Clients

    @property
    def outputs(self) -> dict[str, Any]:
        return self.stack.outputs

    def set_package(self, setting: str, door: str, handler: str) -> None:
        """Upload a package with this module behind a door, and set it as the function's code."""
        # With an __init__: the interpreter has an orchestrator of its own, installed.
        files = {"orchestrator/__init__.py": "", f"orchestrator/{door}.py": handler}
        package = zip_of({"bootstrap": _BOOTSTRAP, **files})
        key = f"packages/orchestrator-{door}-{hashlib.sha256(package).hexdigest()}.zip"
        bucket = self.stack.workshop.installation.bootstrap.state_bucket
        self.clients.s3().put_object(Bucket=bucket, Key=key, Body=package)
        self.stack.configure({f"hoist:{setting}": key})

    def call_api(self, event: Mapping[str, Any]) -> Any:
        """What the api function answers to an event."""
        return self.call("apiFunction", event)

    def call(self, output: str, event: Mapping[str, Any]) -> Any:
        """What the function that an output names answers to an event."""
        answer = self.clients.lambda_functions().invoke(
            FunctionName=self.outputs[output], Payload=json.dumps(event)
        )
        told = answer["Payload"].read()
        assert "FunctionError" not in answer, told
        return json.loads(told)

    def token(self, role: str = "viewer") -> AccessToken:
        """A new one, for somebody who has this role on all stacks."""
        table = DynamoDBAccess(self.clients.dynamodb(), table=self.outputs["accessTable"])
        return token_with(table, [grant(role)], at=SystemClock().now())

    def ask_health(self, path: str) -> Any:
        """What health answers to a request of a viewer."""
        event = {"httpMethod": "GET", "path": path, "headers": bearer(self.token())}
        return self.call("healthFunction", event)

    def ring(self, stack_id: str, message: Mapping[str, Any]) -> None:
        self.clients.sqs().send_message(
            QueueUrl=self.outputs["doorbellUrl"],
            MessageBody=json.dumps(message),
            MessageGroupId=stack_id,
            MessageDeduplicationId=stack_id,
        )


def hoist_to_deploy(workshop: Workshop, directory: Path) -> DeployedHoist:
    """A stack of Hoist's own program; nothing of it is deployed yet."""
    installation = workshop.installation
    stack = workshop.new_stack(directory, project="hoist")
    stack.directory = own_program(installation.settings.repository)
    bootstrap = installation.bootstrap
    stack.configure(
        {
            **bootstrap.as_config(),
            **publish_own_packages(
                installation.settings,
                bucket=bootstrap.state_bucket,
                s3=Aws(installation.aws_settings).s3(),
            ),
            "hoist:emulator": json.dumps(
                {
                    "python": sys.executable,
                    "parallelRuns": _PARALLEL_RUNS,
                    "workerEnvironment": {"HOIST_ENGINE": str(installation.room.engine)},
                }
            ),
        }
    )
    environment = installation.settings.aws_environment(
        installation.aws_settings.endpoint_url or ""
    )
    hoist = DeployedHoist(stack, Clients(read_settings({}, environment)))
    hoist.set_package("apiPackage", "api", API)
    hoist.set_package("workerPackage", "worker", WORKER)
    return hoist
