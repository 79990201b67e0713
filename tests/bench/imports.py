"""What a cold function has to import before it can answer."""

import subprocess
import sys

from bench.pairs import Goal, Row, compare_figures
from bench.place import Place

BOTO3 = """
import boto3
boto3.client("dynamodb")
"""
# Its token is found in memory: only the time that a table takes is left out.
API = """
from datetime import UTC, datetime
from hoist.access.memory import InMemoryAccess
from hoist.access.records import TokenRecord
from hoist.access.grants import Grant
from hoist.access.permissions import Role
from hoist.access.token_book import TokenBook
from hoist.access.tokens import new_token
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
estate.stacks, estate.tokens
token, ends = new_token(), datetime(2100, 1, 1, tzinfo=UTC)
storage = InMemoryAccess()
storage.put_token(TokenRecord(
    id=token.id, digest=token.digest, person="ada", principal="ada",
    grants=(Grant(Role.VIEWER),), created_at=ends, expires_at=ends))
estate.tokens = TokenBook(storage, clock=SystemClock())
answer = app(
    {"httpMethod": "GET", "path": "/v1/nothing",
     "headers": {"Authorization": "Bearer " + token.text.reveal()}}, None)
assert answer["statusCode"] == 404, answer
"""
ROTATION = """
from rotation.handler import handle
from rotation.wiring import rotation
rotation()
"""
HEALTH = """
from health import handler, wiring
from health.clients import WatchfulAws
from health.settings import HealthSettings
WatchfulAws(HealthSettings.of_this_process().aws).looked_at("dynamodb")
"""
# One for each service that it looks at.
HEALTH_CLIENTS = """
from health import handler, wiring
wiring.tokens()
wiring.examination()
"""
LIVE = """
from health.handler import handle
answer = handle(
    {"httpMethod": "GET", "path": "/health/live"}, None)
assert answer["statusCode"] == 200
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
        "HOIST_INSTALLATION": "hoist-bench",
        "HOIST_STATE_BUCKET": "state",
        "HOIST_STATE_TABLE": "state",
        "HOIST_STATE_KEY_ALIAS": "alias/state",
        "HOIST_RUNS_TABLE": "runs",
        "HOIST_ARTIFACTS_BUCKET": "artifacts",
        "HOIST_DOORBELL_URL": "http://127.0.0.1:9/doorbell.fifo",
        "HOIST_ACCESS_TABLE": "access",
        "HOIST_AUDIT_TABLE": "audit",
        "HOIST_AUDIT_BUCKET": "audit",
    }
    goal = Goal(1.7, is_speed_up=False)
    return [
        _row("api function, cold, with its clients", API, environment, goal),
        _row("rotation function, cold, with its clients", ROTATION, environment, goal),
        _row("health function, cold, with one client", HEALTH, environment, goal),
        _row("health function, cold, with all its clients", HEALTH_CLIENTS, environment, None),
        _row("health function, cold, to say that it lives", LIVE, environment, goal),
    ]


def _row(name: str, work: str, environment: dict[str, str], goal: Goal | None) -> Row:
    return compare_figures(
        f"{name} / boto3 with one",
        ours=lambda: _seconds(work, environment),
        theirs=lambda: _seconds(BOTO3, environment),
        goal=goal,
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
