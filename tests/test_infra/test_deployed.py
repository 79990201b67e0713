"""Hoist's own stack on the local AWS, by the real engine: it comes up, works, and goes."""

import json
import urllib.error
import urllib.request
import uuid
from typing import Any

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from deployed_hoist import API, DeployedHoist, hoist_to_deploy
from deployments import Workshop
from orchestrator.engine.results import Outcome

pytestmark = [pytest.mark.engine, pytest.mark.emulator]


def new_queue(hoist: DeployedHoist) -> str:
    name = f"for-tests-{uuid.uuid4().hex}"
    return hoist.clients.sqs().create_queue(QueueName=name)["QueueUrl"]


def next_message(hoist: DeployedHoist, queue: str) -> Any:
    answer = hoist.clients.sqs().receive_message(QueueUrl=queue, WaitTimeSeconds=20)
    (message,) = answer["Messages"]
    return json.loads(message["Body"])


def request_to(hoist: DeployedHoist, path: str, *, signed: bool) -> urllib.request.Request:
    url = f"{hoist.outputs['apiUrl']}{path}"
    request = AWSRequest(method="POST", url=url, data=b"hello")
    if signed:
        keys = hoist.clients.settings.credentials
        credentials = Credentials(keys.access_key_id, keys.secret_access_key.reveal())
        SigV4Auth(credentials, "execute-api", hoist.clients.settings.region).add_auth(request)
    headers = {"Content-Type": "text/plain", **dict(request.headers)}
    return urllib.request.Request(url, data=b"hello", headers=headers, method="POST")


def test_a_second_update_and_a_refresh_change_nothing(hoist: DeployedHoist) -> None:
    """What was deployed is what was wanted, down to the last property."""
    again = hoist.stack.up()
    refreshed = hoist.stack.refresh()

    assert (again.outcome, again.has_changes) == (Outcome.SUCCEEDED, False)
    assert (refreshed.outcome, refreshed.has_changes) == (Outcome.SUCCEEDED, False)


def test_the_api_runs_its_package(hoist: DeployedHoist) -> None:
    """The function runs the uploaded handler, in the environment of the installation."""
    answer = json.loads(hoist.call_api({"path": "/v1/stacks", "httpMethod": "GET"})["body"])

    assert answer["path"] == "/v1/stacks"
    assert answer["table"] == hoist.outputs["runsTable"]


def test_an_unsigned_request_is_refused(hoist: DeployedHoist) -> None:
    """The REST API lets nobody through whom it does not know."""
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(request_to(hoist, "/v1/stacks", signed=False), timeout=30)

    refused.value.close()
    assert refused.value.code == 403


@pytest.mark.parametrize("path", ["/v1/stacks/shop", "/api/user", "/"])
def test_a_signed_request_reaches_the_api(hoist: DeployedHoist, path: str) -> None:
    """Any path and method comes to the function, without the name of the stage."""
    with urllib.request.urlopen(request_to(hoist, path, signed=True), timeout=30) as response:
        answer = json.load(response)

    assert (answer["path"], answer["httpMethod"], answer["body"]) == (path, "POST", "hello")


def test_the_rule_sends_the_api_its_event(hoist: DeployedHoist) -> None:
    """What the rule is to send every minute is an event that the api can read."""
    name = f"hoist-{hoist.outputs['environment']}-lost-doorbells"
    rule = hoist.clients.events().describe_rule(Name=name)
    (target,) = hoist.clients.events().list_targets_by_rule(Rule=name)["Targets"]

    assert rule["State"] == "ENABLED"
    assert target["Arn"].endswith(f":{hoist.outputs['apiFunction']}")
    answer = json.loads(hoist.call_api(json.loads(target["Input"]))["body"])
    assert answer["hoist"] == "ring-lost-doorbells"


def test_a_ring_wakes_the_worker(hoist: DeployedHoist) -> None:
    """A message to the doorbell runs the worker's handler, which knows where its engine is."""
    answers = new_queue(hoist)

    hoist.ring("shop", {"tell": answers})

    told = next_message(hoist, answers)
    assert told["stack"] == "shop"
    assert told["engine"] == str(hoist.stack.workshop.installation.room.engine)


def test_two_stacks_are_worked_on_at_the_same_time(hoist: DeployedHoist) -> None:
    """A worker that waits for another stack's worker hears from it: neither blocks the other."""
    gate, answers = new_queue(hoist), new_queue(hoist)

    hoist.ring("patient", {"wait_for": gate, "tell": answers})
    hoist.ring("other", {"tell": gate})

    told = next_message(hoist, answers)
    assert told["stack"] == "patient"
    assert [json.loads(each)["stack"] for each in told["heard"]] == ["other"]


def test_new_code_is_deployed(hoist: DeployedHoist) -> None:
    """Another package is one changed function, and the next call runs it."""
    before = json.loads(hoist.call_api({})["body"])["version"]
    hoist.set_package("apiPackage", "api", API.replace("VERSION", "VERSION 2"))

    result = hoist.stack.up()

    assert (result.outcome, result.changes.get("update")) == (Outcome.SUCCEEDED, 1)
    assert (before, json.loads(hoist.call_api({})["body"])["version"]) == ("VERSION", "VERSION 2")


def test_nothing_is_left_behind(
    workshop: Workshop, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """After a preview there is nothing yet, and after a destroy nothing any more."""
    hoist = hoist_to_deploy(workshop, tmp_path_factory.mktemp("hoist"))
    before = what_is_there(hoist)
    assert hoist.stack.preview().outcome is Outcome.SUCCEEDED
    previewed = what_is_there(hoist)
    assert hoist.stack.up().outcome is Outcome.SUCCEEDED
    deployed = what_is_there(hoist)
    assert hoist.stack.destroy().outcome is Outcome.SUCCEEDED

    assert previewed == before
    assert all(len(deployed[kind]) > len(before[kind]) for kind in before)
    assert what_is_there(hoist) == before


def what_is_there(hoist: DeployedHoist) -> dict[str, list[str]]:
    """All that Hoist's stack is made of, as far as it is on the local AWS."""
    clients = hoist.clients
    functions = clients.lambda_functions()
    found: dict[str, list[str]] = {
        "functions": [each["FunctionName"] for each in functions.list_functions()["Functions"]],
        "mappings": [
            each["UUID"] for each in functions.list_event_source_mappings()["EventSourceMappings"]
        ],
        "apis": [each["id"] for each in clients.api_gateway().get_rest_apis()["items"]],
        "rules": [each["Name"] for each in clients.events().list_rules()["Rules"]],
        "roles": [each["RoleName"] for each in clients.iam().list_roles()["Roles"]],
        "queues": clients.sqs().list_queues().get("QueueUrls", []),
        "logs": [
            each["logGroupName"] for each in clients.logs().describe_log_groups()["logGroups"]
        ],
        "tables": clients.dynamodb().list_tables()["TableNames"],
        "alarms": [
            each["AlarmName"] for each in clients.cloudwatch().describe_alarms()["MetricAlarms"]
        ],
        "dashboards": [
            each["DashboardName"]
            for each in clients.cloudwatch().list_dashboards()["DashboardEntries"]
        ],
        "buckets": [each["Name"] for each in clients.s3().list_buckets()["Buckets"]],
    }
    return {kind: sorted(names) for kind, names in found.items()}
