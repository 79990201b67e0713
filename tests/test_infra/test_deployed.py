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

from components.functions import Function
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


def test_a_token_is_asked_for_with_a_signature(hoist: DeployedHoist) -> None:
    """Without one, POST /v1/tokens comes to no function; with one, the function is told whose."""
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(request_to(hoist, "/v1/tokens", signed=False), timeout=30)
    refused.value.close()
    with urllib.request.urlopen(request_to(hoist, "/v1/tokens", signed=True), timeout=30) as let_in:
        answer = json.load(let_in)

    assert refused.value.code == 403
    assert (answer["path"], answer["body"]) == ("/v1/tokens", "hello")
    assert answer["signedBy"].startswith("arn:aws:iam::")


@pytest.mark.parametrize(
    "path", ["/v1/stacks/shop", "/api/user", "/", "/v1", "/v1/tokens/0a1b", "/v1/tokensx"]
)
@pytest.mark.parametrize("signed", [True, False])
def test_any_other_request_reaches_the_api_unknown(
    hoist: DeployedHoist, path: str, signed: bool
) -> None:
    """Any path comes to the function, without the name of the stage, and nobody has signed it."""
    with urllib.request.urlopen(request_to(hoist, path, signed=signed), timeout=30) as response:
        answer = json.load(response)

    assert (answer["path"], answer["httpMethod"], answer["body"]) == (path, "POST", "hello")
    assert answer["signedBy"] is None


@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_tokens_are_listed_without_a_signature(hoist: DeployedHoist, method: str) -> None:
    """Of the resource, POST alone is asked for one."""
    request = urllib.request.Request(f"{hoist.outputs['apiUrl']}/v1/tokens", method=method)
    with urllib.request.urlopen(request, timeout=30) as response:
        answer = json.load(response)

    assert (answer["path"], answer["httpMethod"]) == ("/v1/tokens", method)


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
    """Another package is another release, which each function names; the next call runs it."""
    before = json.loads(hoist.call_api({})["body"])["version"]
    hoist.set_package("apiPackage", "api", API.replace("VERSION", "VERSION 2"))

    result = hoist.stack.up()

    assert (result.outcome, result.changes.get("update")) == (Outcome.SUCCEEDED, len(Function))
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
