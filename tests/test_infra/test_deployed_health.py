"""Health as it is deployed: it is called as its rule calls it, and looks at the local AWS."""

import base64
import http.client
import json
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from access_sites import bearer
from command_line import command_line
from command_site import sign_in
from deployed_hoist import DeployedHoist
from health.report.log_lines import METRIC_NAMES
from hoist.access.dynamodb import DynamoDBAccess
from hoist.cli.exit_codes import ExitCode
from local.front.lambda_invoker import LambdaInvoker
from local.front.routing import RoutingInvoker
from local.front.server import FrontServer

pytestmark = [pytest.mark.engine, pytest.mark.emulator]


def event_of_the_rule(hoist: DeployedHoist) -> Any:
    """What the rule is to send, and to whom, as the local AWS knows it."""
    name = f"hoist-{hoist.outputs['environment']}-check-health"
    rule = hoist.clients.events().describe_rule(Name=name)
    (target,) = hoist.clients.events().list_targets_by_rule(Rule=name)["Targets"]
    assert rule["State"] == "ENABLED"
    assert target["Arn"].endswith(f":{hoist.outputs['healthFunction']}")
    return json.loads(target["Input"])


def logged(hoist: DeployedHoist, event: Any) -> list[dict[str, Any]]:
    """The lines of JSON that health wrote about an event."""
    answer = hoist.clients.lambda_functions().invoke(
        FunctionName=hoist.outputs["healthFunction"], LogType="Tail", Payload=json.dumps(event)
    )
    assert "FunctionError" not in answer
    lines = base64.b64decode(answer["LogResult"]).decode().splitlines()
    return [json.loads(line) for line in lines if line.startswith("{")]


@pytest.fixture
def front(hoist: DeployedHoist) -> Iterator[FrontServer]:
    """The local front before the deployed functions."""
    client = hoist.clients.lambda_functions()
    invoker = RoutingInvoker(
        api=LambdaInvoker(client, hoist.outputs["apiFunction"]),
        health=LambdaInvoker(client, hoist.outputs["healthFunction"]),
    )
    with FrontServer(invoker) as server:
        yield server


@pytest.fixture
def viewer(hoist: DeployedHoist) -> dict[str, str]:
    """The headers of somebody who may see."""
    return bearer(hoist.token())


def asked(
    front: FrontServer, path: str, headers: Mapping[str, str], method: str = "GET"
) -> tuple[int, str, Any]:
    """Status, content type and document of an answer."""
    connection = http.client.HTTPConnection("127.0.0.1", front.port, timeout=60)
    connection.request(method, path, headers=dict(headers))
    answer = connection.getresponse()
    content = answer.read()
    connection.close()
    return answer.status, answer.headers["Content-Type"], json.loads(content)


def test_it_is_asked_through_the_front(
    hoist: DeployedHoist, front: FrontServer, viewer: dict[str, str]
) -> None:
    """Three paths are health's, any other one is the api's."""
    health_json = "application/health+json"

    assert asked(front, "/health/live", {}) == (200, health_json, {"status": "pass"})
    ready_status, ready_type, ready = asked(front, "/health/ready", viewer)
    assert (ready_status, ready_type, ready["status"]) == (200, health_json, "pass"), ready
    whole_status, whole_type, whole = asked(front, "/health", viewer)
    assert (whole_status, whole_type) == (200, health_json), whole
    assert whole["serviceId"] == f"hoist-{hoist.outputs['environment']}"
    assert asked(front, "/health", viewer, "POST")[0] == 404
    (status, _, answer) = asked(front, "/v1/health", viewer)
    assert (status, answer["path"]) == (200, "/v1/health")


def test_nobody_unknown_is_told(hoist: DeployedHoist, front: FrontServer) -> None:
    """Without a token, and with one that was revoked, there is no report."""
    token = hoist.token("admin")
    table = DynamoDBAccess(hoist.clients.dynamodb(), table=hoist.outputs["accessTable"])
    known = asked(front, "/health", bearer(token))
    table.delete_token(token.id)

    assert known[0] == 200
    for path in ("/health", "/health/ready"):
        revoked, missing = (asked(front, path, headers) for headers in (bearer(token), {}))
        assert (revoked[0], revoked[2]["code"]) == (401, "token_unknown")
        assert (missing[0], missing[2]["code"]) == (401, "token_missing")


def test_a_fault_has_its_status(
    hoist: DeployedHoist, front: FrontServer, viewer: dict[str, str]
) -> None:
    """What fails is answered with 503 by both reports, and what is well again with 200."""
    bucket = hoist.outputs["artifactsBucket"]
    s3 = hoist.clients.s3()
    block = s3.get_public_access_block(Bucket=bucket)["PublicAccessBlockConfiguration"]
    s3.delete_public_access_block(Bucket=bucket)
    broken = [asked(front, path, viewer) for path in ("/health/ready", "/health")]
    s3.put_public_access_block(Bucket=bucket, PublicAccessBlockConfiguration=block)
    mended = [asked(front, path, viewer) for path in ("/health/ready", "/health")]

    assert [(status, kind, report["status"]) for status, kind, report in broken] == [
        (503, "application/health+json", "fail")
    ] * 2
    assert [(status, report["findings"]) for status, _, report in mended] == [(200, [])] * 2


def test_a_person_asks(hoist: DeployedHoist, front: FrontServer, tmp_path: Path) -> None:
    """`hoist health` tells what the deployed function says, and exits with its verdict."""
    sign_in(tmp_path, front.url, hoist.token())
    ran = command_line(tmp_path, front.url).run("health")

    assert ran.exit_code in {ExitCode.OK, ExitCode.HEALTH_UNKNOWN}, ran.err
    assert ran.out.startswith(f"hoist-{hoist.outputs['environment']} ")
    assert "Health itself costs about $" in ran.out


def test_live_needs_no_token(hoist: DeployedHoist) -> None:
    """The REST API lets anybody ask whether health lives; the rest the function keeps to itself."""
    url = hoist.outputs["apiUrl"]
    with urllib.request.urlopen(f"{url}/health/live", timeout=60) as answer:
        assert json.load(answer) == {"status": "pass"}

    for path in ("/health", "/health/ready"):
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(f"{url}{path}", timeout=60)
        refused.value.close()
        assert refused.value.code == 401


def test_the_rules_event_gives_a_report(hoist: DeployedHoist) -> None:
    """A look finds nothing wrong with what was just deployed, and says so."""
    answer = hoist.call("healthFunction", event_of_the_rule(hoist))

    assert answer["findings"] == 0
    assert answer["verdict"] in {"pass", "unknown"}


def test_a_look_writes_the_metrics_of_the_alarms(hoist: DeployedHoist) -> None:
    """The lines have each metric that alarms are on, and its dimension."""
    lines = logged(hoist, event_of_the_rule(hoist))
    installation = f"hoist-{hoist.outputs['environment']}"
    (verdict,) = (line for line in lines if line["event"] == "health_looked")
    (use,) = (line for line in lines if line["event"] == "runtime_sample")

    assert verdict["Installation"] == installation
    assert [verdict[name] for name in METRIC_NAMES][0] == 0
    assert use["FunctionName"] == f"{installation}-health"
    assert 0 < use["MemoryUsed"] < 90


def test_every_dependency_is_there(hoist: DeployedHoist) -> None:
    """All checks know that what infra and bootstrap have made is as it has to be."""
    answer = hoist.ask_health("/health/ready")

    report = json.loads(answer["body"])
    assert (answer["statusCode"], report["status"]) == (200, "pass"), report


def test_health_finds_the_parts_by_their_tag(hoist: DeployedHoist) -> None:
    """Every function and queue of the stack is looked at, and nothing of another."""
    report = hoist.ask_health("/health")["body"]
    installation = f"hoist-{hoist.outputs['environment']}"

    for part in ("orchestrator-api", "orchestrator-worker", "health", "rotation"):
        assert f"{installation}-{part}" in report
    assert f"{installation}-doorbell.fifo" in report
    assert f"{installation}-dead-doorbells.fifo" in report


def test_a_fault_is_found_and_goes(hoist: DeployedHoist) -> None:
    """A table that forgets its past is told as soon as it does, and no more when it is mended."""
    table = hoist.outputs["runsTable"]
    backups = hoist.clients.dynamodb().update_continuous_backups
    backups(TableName=table, PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": False})
    broken = hoist.ask_health("/health/ready")
    backups(TableName=table, PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True})
    mended = hoist.ask_health("/health/ready")

    assert "runs_table" in json.dumps(json.loads(broken["body"])["findings"])
    assert json.loads(mended["body"])["findings"] == []
