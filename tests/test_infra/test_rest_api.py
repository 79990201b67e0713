"""The REST API: who may call it, what it does to bodies, and when a change of it is shown."""

from typing import Any

import pytest

from recorded_program import Recording

METHOD = "aws:apigateway/method:Method"
INTEGRATION = "aws:apigateway/integration:Integration"


@pytest.fixture(params=["dev", "emulated"])
def recording(request: pytest.FixtureRequest) -> Recording:
    found: Recording = request.getfixturevalue(request.param)
    return found


@pytest.fixture
def deployment(recording: Recording) -> dict[str, Any]:
    return recording.of_type("aws:apigateway/deployment:Deployment")["api"].inputs


def test_nobody_calls_it_unknown(recording: Recording) -> None:
    """Every method asks for IAM's permission, on AWS and on an emulator."""
    methods = recording.of_type(METHOD).values()

    assert {method.inputs["authorization"] for method in methods} == {"AWS_IAM"}


def test_every_request_goes_to_the_api(recording: Recording) -> None:
    """The root and all below it, with any method, are one proxy integration each."""
    (below,) = recording.of_type("aws:apigateway/resource:Resource").values()
    places = {
        (method.inputs["resourceId"], method.inputs["httpMethod"])
        for method in recording.of_type(METHOD).values()
    }
    answers = recording.of_type(INTEGRATION).values()

    assert below.inputs["pathPart"] == "{proxy+}"
    assert places == {("root-of-hoist-dev-api", "ANY"), ("every-path-id", "ANY")}
    assert {(each.inputs["resourceId"], each.inputs["httpMethod"]) for each in answers} == places
    for answer in answers:
        assert answer.inputs["type"] == "AWS_PROXY"
        assert answer.inputs["integrationHttpMethod"] == "POST"
        assert "hoist-dev-orchestrator-api" in answer.inputs["uri"]


def test_it_is_regional_and_decompresses(recording: Recording) -> None:
    """Compression is on: without it a gzip body would reach the function as it is."""
    (api,) = recording.of_type("aws:apigateway/restApi:RestApi").values()

    assert api.inputs["endpointConfiguration"] == {"types": "REGIONAL"}
    assert int(api.inputs["minimumCompressionSize"]) > 0


def test_it_gives_up_no_sooner_than_the_function(recording: Recording) -> None:
    """The function's timeout ends a request, with a log line; the API's would end it silently."""
    functions = recording.of_type("aws:lambda/function:Function")
    timeout = functions["orchestrator-api"].inputs["timeout"]

    for answer in recording.of_type(INTEGRATION).values():
        assert answer.inputs["timeoutMilliseconds"] == timeout * 1000


def test_a_deployment_shows_all_of_it(recording: Recording, deployment: dict[str, Any]) -> None:
    """It is made after the last integration, and the stage shows it."""
    (made,) = recording.of_type("aws:apigateway/deployment:Deployment").values()
    stage = recording.of_type("aws:apigateway/stage:Stage")["api"].inputs

    assert made.depends_on >= {f"{INTEGRATION}::root", f"{INTEGRATION}::every-path"}
    assert (stage["stageName"], stage["deployment"]) == ("hoist", "api-id")
    assert stage["restApi"] == deployment["restApi"]


def test_a_change_is_deployed(recording: Recording, deployment: dict[str, Any]) -> None:
    """A new deployment comes with every change of authority, of function and of compression."""
    (api,) = recording.of_type("aws:apigateway/restApi:RestApi").values()
    answers = deployment["triggers"]["answers"]

    assert answers.count("AWS_IAM") == 2
    assert answers.count("hoist-dev-orchestrator-api/invocations") == 2
    assert deployment["triggers"]["compressedFromBytes"] == api.inputs["minimumCompressionSize"]
