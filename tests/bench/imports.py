"""What a cold function has to import before it can answer."""

import subprocess
import sys

from bench.pairs import Goal, Row, compare_figures
from bench.place import Place

BOTO3 = """
import boto3
boto3.client("dynamodb")
"""
API = """
from hoist.aws import Aws
from hoist.clock import SystemClock
from orchestrator import api
from orchestrator.http_api.door import make_app
from orchestrator.http_api.log import PowertoolsLog
from orchestrator.settings import Settings
from orchestrator.wiring import AwsEstate
from aws_lambda_powertools.logging.logger import Logger
estate = AwsEstate(Settings.of_this_process(), clock=SystemClock())
app = make_app(estate, log=PowertoolsLog(Logger(service="api")))
estate.stacks
answer = app(
    {"httpMethod": "GET", "path": "/v1/nothing",
     "requestContext": {"identity": {"sourceIp": "127.0.0.1"}}}, None)
assert answer["statusCode"] == 404
"""
ROTATION = """
from rotation.handler import handle
from rotation.wiring import rotation
rotation()
"""
TIMED = """
import time
began = time.perf_counter()
{work}
print(time.perf_counter() - began)
"""
PAIRS = 15


def rows(place: Place) -> list[Row]:
    """Each in a process of its own, against `import boto3` with one client."""
    environment = {
        **place.installation.settings.aws_environment("http://127.0.0.1:9"),
        "HOIST_STATE_BUCKET": "state",
        "HOIST_STATE_TABLE": "state",
        "HOIST_STATE_KEY_ALIAS": "alias/state",
        "HOIST_RUNS_TABLE": "runs",
        "HOIST_ARTIFACTS_BUCKET": "artifacts",
        "HOIST_DOORBELL_URL": "http://127.0.0.1:9/doorbell.fifo",
    }
    return [
        _row(f"{name} function, cold, with its clients / boto3 with one", work, environment)
        for name, work in {"api": API, "rotation": ROTATION}.items()
    ]


def _row(name: str, work: str, environment: dict[str, str]) -> Row:
    return compare_figures(
        name,
        ours=lambda: _seconds(work, environment),
        theirs=lambda: _seconds(BOTO3, environment),
        goal=Goal(1.7, is_speed_up=False),
        pairs=PAIRS,
    )


def _seconds(work: str, environment: dict[str, str]) -> float:
    done = subprocess.run(
        [sys.executable, "-c", TIMED.format(work=work)],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    # The log of a function comes before it.
    return float(done.stdout.split()[-1])
