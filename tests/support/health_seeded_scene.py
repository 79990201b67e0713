"""One thing that is tried on a deployed Hoist, with parts that it gets for as long."""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Self

from health.dependencies.installation import secrets_prefix
from health.metrics.tagged_parts import TAG
from health_parts import make_function, make_queue
from health_seeded import RECENTLY, SeededHoist
from health_seeded_lines import CallLines

# Older than what is put, and younger than what CloudWatch takes.
_SHIM_LOOKS_BACK = timedelta(hours=2)


@dataclass
class Scene:
    """One thing that is tried: the installation, and parts that it gets for as long."""

    hoist: SeededHoist
    afterwards: list[Callable[[], object]] = field(default_factory=list)
    """What leaves nothing behind for the next scene."""
    _functions: list[str] = field(default_factory=list)
    _queues: list[str] = field(default_factory=list)
    _secrets: list[str] = field(default_factory=list)

    def with_function(self, **configuration: Any) -> Self:
        """A function of the installation, of 512 MB and 29 s unless it is told otherwise."""
        name = f"{self.hoist.settings.installation}-{secrets.token_hex(4)}"
        make_function(self.hoist.site.clients, name, self._tags)
        self._functions.append(name)
        if configuration:
            self.hoist.client("lambda").update_function_configuration(
                FunctionName=name, **configuration
            )
        return self

    @property
    def function(self) -> str:
        """The function that was made last."""
        return self._functions[-1]

    def new_queue(self) -> str:
        """A queue of the installation; its name."""
        name = f"{self.hoist.settings.installation}-{secrets.token_hex(4)}"
        url, _ = make_queue(self.hoist.site.clients, name, self._tags)
        self._queues.append(url)
        return name

    @property
    def queue_url(self) -> str:
        """The queue that was made last."""
        return self._queues[-1]

    def with_rotating_secret(self) -> Any:
        """A secret of the installation that rotates each month; the client that made it."""
        client = self.hoist.client("secretsmanager")
        prefix = secrets_prefix(self.hoist.settings.installation)
        name = f"{prefix}{secrets.token_hex(4)}"
        client.create_secret(Name=name, SecretString="first")
        self._secrets.append(name)
        client.rotate_secret(
            SecretId=name,
            RotationLambdaARN=self.hoist.deployed.outputs["rotationFunctionArn"],
            RotationRules={"AutomaticallyAfterDays": 30},
        )
        return client

    @property
    def secret(self) -> str:
        """The secret that was made last."""
        return self._secrets[-1]

    def reserve(self, concurrency: int) -> Self:
        self.hoist.client("lambda").put_function_concurrency(
            FunctionName=self.function, ReservedConcurrentExecutions=concurrency
        )
        return self

    def calls(self, count: int, **facts: Any) -> Self:
        """Lines of so many calls of the function in its log, which the shim makes metrics of."""
        lines = CallLines(**facts)
        at = self.hoist.clock.now() - timedelta(minutes=RECENTLY)
        lines.write(self.hoist.client("logs"), self.function, count, at=at)
        self.hoist.shim.catch_up(_SHIM_LOOKS_BACK)
        return self

    def put(self, *, minutes_ago: float = RECENTLY, **metrics: float) -> Self:
        """Metrics of the function that no log tells."""
        self.hoist.put(
            "AWS/Lambda", ("FunctionName", self.function), metrics, minutes_ago=minutes_ago
        )
        return self

    def traffic(
        self, invocations: float, *, throttles: float = 0, minutes_ago: float = RECENTLY
    ) -> Self:
        """Calls of the function that went well, and some that were not let in."""
        return self.put(
            Invocations=invocations, Errors=0, Throttles=throttles, minutes_ago=minutes_ago
        )

    def end(self) -> None:
        """Take away the parts, and do what was left for afterwards."""
        for tidy in self.afterwards:
            tidy()
        for name in self._functions:
            self.hoist.client("lambda").delete_function(FunctionName=name)
        for url in self._queues:
            self.hoist.client("sqs").delete_queue(QueueUrl=url)
        for name in self._secrets:
            self.hoist.client("secretsmanager").delete_secret(
                SecretId=name, ForceDeleteWithoutRecovery=True
            )

    @property
    def _tags(self) -> Mapping[str, str]:
        return {TAG: self.hoist.settings.installation}
