"""Health as it is deployed: it is called as its rule calls it, and looks at the local AWS."""

import base64
import json
from typing import Any

import pytest

from deployed_hoist import DeployedHoist
from health.report.log_lines import METRIC_NAMES

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


def request(hoist: DeployedHoist, path: str) -> Any:
    """What it answers to a request from this machine."""
    identity = {"requestContext": {"identity": {"sourceIp": "127.0.0.1"}}}
    return hoist.call("healthFunction", {"httpMethod": "GET", "path": path, **identity})


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
    answer = request(hoist, "/health/ready")

    report = json.loads(answer["body"])
    assert (answer["statusCode"], report["status"]) == (200, "pass"), report


def test_health_finds_the_parts_by_their_tag(hoist: DeployedHoist) -> None:
    """Every function and queue of the stack is looked at, and nothing of another."""
    report = request(hoist, "/health")["body"]
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
    broken = request(hoist, "/health/ready")
    backups(TableName=table, PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True})
    mended = request(hoist, "/health/ready")

    assert "runs_table" in json.dumps(json.loads(broken["body"])["findings"])
    assert json.loads(mended["body"])["findings"] == []
