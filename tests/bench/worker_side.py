"""A warm worker of ours, with a doorbell's queue that nobody else answers."""

import json
import subprocess
import sys
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import psutil

from bench.sides import SideFailedError
from hoist.clock import SystemClock
from orchestrator.runs.requests import RunRequest
from orchestrator.runs.states import RunKind, RunState
from orchestrator.settings import Settings
from orchestrator.wiring import AwsEstate
from running_hoist import RemoteStack, RunningHoist

QUEUE = "bench-doorbell.fifo"
SCRIPT = Path(__file__).with_name("warm_worker.py")
LOOK_SECONDS = 0.01


@dataclass(frozen=True, slots=True)
class Delivery:
    """A run, and the message that rings for it."""

    stack_id: str
    run_id: str
    record: Mapping[str, str]


class WarmWorker:
    """Carries runs out by the worker's own handler, in a process as Lambda would have it."""

    def __init__(self, hoist: RunningHoist) -> None:
        self._sqs = hoist.aws().sqs()
        url = self._sqs.create_queue(QueueName=QUEUE, Attributes={"FifoQueue": "true"})["QueueUrl"]
        environment = {**environment_of(hoist, "workerFunction"), "HOIST_DOORBELL_URL": url}
        # Those of a person, since no service gives this process a role.
        credentials = hoist.installation.settings.aws_environment(
            hoist.installation.aws_settings.endpoint_url or ""
        )
        self._environment = {**environment, **credentials}
        settings = Settings.from_environment(self._environment)
        self._estate = AwsEstate(settings, clock=SystemClock(), aws=hoist.aws())
        self._queue_url = url
        self._process = subprocess.Popen(
            [sys.executable, str(SCRIPT)],
            env=self._environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )

    def close(self) -> None:
        """Let it end as it does when its input ends."""
        self._process.communicate()

    def submit(self, stack: RemoteStack, program: str) -> Delivery:
        """Queue an update, and take its ring out of the queue as Lambda would."""
        request = RunRequest(
            stack.stack.record.id,
            stack.stack.name,
            RunKind.UP,
            asked_by="bench",
            program_digest=program,
        )
        self._estate.programs.admit(program)
        run = self._estate.runs.submit(request).run
        (message,) = self._sqs.receive_message(QueueUrl=self._queue_url)["Messages"]
        record = {
            "messageId": message["MessageId"],
            "receiptHandle": message["ReceiptHandle"],
            "body": message["Body"],
        }
        return Delivery(stack.stack.record.id, run.id, record)

    def handle(self, delivery: Delivery) -> int:
        """Invoke it; the bytes that it has then. Raises SideFailedError if the run fails."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps({"Records": [delivery.record]}) + "\n")
        self._process.stdin.flush()
        told = json.loads(self._process.stdout.readline())
        receipt = delivery.record["receiptHandle"]
        self._sqs.delete_message(QueueUrl=self._queue_url, ReceiptHandle=receipt)
        run = self._estate.runs.get(delivery.stack_id, delivery.run_id)
        if run.state is not RunState.SUCCEEDED:
            raise SideFailedError(f"run {run.state}: {run.reason}")
        return int(told["rss"])

    def peak_of_engine(self, stop: threading.Event) -> int:
        """The most memory that the worker's engine was seen to have until `stop` is set."""
        worker, peak = psutil.Process(self._process.pid), 0
        while not stop.wait(LOOK_SECONDS):
            for process in worker.children(recursive=True):
                try:
                    if process.name() == "pulumi":
                        peak = max(peak, process.memory_info().rss)
                except psutil.NoSuchProcess:
                    continue
        return peak


def environment_of(hoist: RunningHoist, output: str) -> Mapping[str, str]:
    """What a deployed function is told; `output` is the export that has its name."""
    client = hoist.aws().lambda_functions()
    found = client.get_function_configuration(FunctionName=hoist.outputs[output])
    return found["Environment"]["Variables"]
