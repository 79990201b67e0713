"""The functions of the product by name: each has its own role and log group."""

from enum import StrEnum


class Function(StrEnum):
    """A Lambda function, by the last part of its name."""

    API = "orchestrator-api"
    WORKER = "orchestrator-worker"
    HEALTH = "health"
    ROTATION = "rotation"
