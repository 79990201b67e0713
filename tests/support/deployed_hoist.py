"""Hoist's own stack on a local AWS, with packages whose two handlers are those of a test."""

import hashlib
import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aws_serverless_cases import zip_of
from deployments import TestStack, Workshop
from local.provider.aws.clients import Clients
from local.provider.aws.settings import read_settings
from local.self_hosting import own_program

_BOOTSTRAP = """#!/bin/sh
exec "$HOIST_PYTHON" -m awslambdaric "$_HANDLER"
"""


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
        answer = self.clients.lambda_functions().invoke(
            FunctionName=self.outputs["apiFunction"], Payload=json.dumps(event)
        )
        assert "FunctionError" not in answer, answer["Payload"].read()
        return json.load(answer["Payload"])

    def ring(self, stack_id: str, message: Mapping[str, Any]) -> None:
        self.clients.sqs().send_message(
            QueueUrl=self.outputs["doorbellUrl"],
            MessageBody=json.dumps(message),
            MessageGroupId=stack_id,
            MessageDeduplicationId=stack_id,
        )


def hoist_to_deploy(
    workshop: Workshop, directory: Path, *, api: str, worker: str, parallel_runs: int
) -> DeployedHoist:
    """A stack of Hoist's own program with these handlers; nothing of it is deployed yet."""
    installation = workshop.installation
    stack = workshop.new_stack(directory, project="hoist")
    stack.directory = own_program(installation.settings.repository)
    bootstrap = installation.bootstrap
    stack.configure(
        {
            "hoist:stateBucket": bootstrap.state_bucket,
            "hoist:stateTable": bootstrap.state_table,
            "hoist:stateKeyArn": bootstrap.state_key_arn,
            "hoist:stateKeyAlias": bootstrap.state_key_alias,
            "hoist:packagesBucket": bootstrap.state_bucket,
            "hoist:emulator": json.dumps(
                {
                    "python": sys.executable,
                    "parallelRuns": parallel_runs,
                    "workerEnvironment": {"HOIST_ENGINE": str(installation.room.engine)},
                }
            ),
        }
    )
    environment = installation.settings.aws_environment(
        installation.aws_settings.endpoint_url or ""
    )
    hoist = DeployedHoist(stack, Clients(read_settings({}, environment)))
    hoist.set_package("apiPackage", "api", api)
    hoist.set_package("workerPackage", "worker", worker)
    return hoist
