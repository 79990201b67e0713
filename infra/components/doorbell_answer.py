"""What wakes the worker: the mapping from the doorbell to the function."""

import pulumi
from pulumi_aws import lambda_

from components.doorbell import Doorbell
from components.site import Site

REPORT_FAILURES = "ReportBatchItemFailures"


class DoorbellAnswer(pulumi.ComponentResource):
    """One ring for one worker: a run is long, and a crash must count for its own stack alone.

    The cap is the mapping's: with a reserved concurrency Lambda would receive rings that it then
    has no worker for, and their receive counts would no longer count crashes.
    """

    def __init__(
        self,
        site: Site,
        *,
        doorbell: Doorbell,
        worker: lambda_.Function,
        parallel_runs: int,
        is_emulated: bool,
    ) -> None:
        super().__init__("hoist:infra:DoorbellAnswer", "doorbell-answer")
        self._site = site
        self._doorbell = doorbell
        self._worker = worker
        if is_emulated:
            # Its mapping of a FIFO queue works on one stack at a time, and it takes several.
            for number in range(1, parallel_runs + 1):
                self._mapping(f"doorbell-{number}", scaling=None)
        else:
            self._mapping("doorbell", scaling={"maximum_concurrency": parallel_runs})
        self.register_outputs({})

    def _mapping(
        self, name: str, *, scaling: lambda_.EventSourceMappingScalingConfigArgsDict | None
    ) -> None:
        lambda_.EventSourceMapping(
            name,
            event_source_arn=self._doorbell.queue.arn,
            function_name=self._worker.name,
            batch_size=1,
            function_response_types=[REPORT_FAILURES],
            scaling_config=scaling,
            tags=self._site.tags,
            opts=self._site.inside(self),
        )
