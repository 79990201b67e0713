"""Functions and queues with tags, made on the local AWS."""

import io
import json
import zipfile
from collections.abc import Mapping

from health_sites import TestClients

_ROLE = "arn:aws:iam::000000000000:role/test"


def make_function(clients: TestClients, name: str, tags: Mapping[str, str]) -> None:
    """A function of 512 MB and 29 s, whose code does nothing."""
    clients.looked_at("lambda").create_function(
        FunctionName=name,
        Runtime="provided.al2023",
        Role=_ROLE,
        Handler="bootstrap",
        Code={"ZipFile": _code()},
        MemorySize=512,
        Timeout=29,
        Architectures=["arm64"],
        Tags=dict(tags),
    )


def make_queue(
    clients: TestClients, name: str, tags: Mapping[str, str], *, redrive_to: str = ""
) -> tuple[str, str]:
    """A queue that hides messages for 15 minutes: its URL and its ARN."""
    sqs = clients.looked_at("sqs")
    attributes = {"VisibilityTimeout": "900"}
    if redrive_to:
        policy = {"deadLetterTargetArn": redrive_to, "maxReceiveCount": 3}
        attributes["RedrivePolicy"] = json.dumps(policy)
    url = sqs.create_queue(QueueName=name, Attributes=attributes, tags=dict(tags))["QueueUrl"]
    found = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
    return url, found["Attributes"]["QueueArn"]


def make_mapping(clients: TestClients, function: str, queue_arn: str) -> str:
    """A mapping that is off; its id."""
    made = clients.looked_at("lambda").create_event_source_mapping(
        FunctionName=function, EventSourceArn=queue_arn, Enabled=False
    )
    uuid: str = made["UUID"]
    return uuid


def _code() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("bootstrap", "#!/bin/sh\n")
    return file.getvalue()
