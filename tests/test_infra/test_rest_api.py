"""The REST API: who may call it, what it does to bodies, and when a change of it is shown."""

from typing import Any

import pytest

from health.request import Route
from local.front.event import EXACT_RESOURCES, GREEDY_PREFIXES, HEALTH_RESOURCES, TOKENS
from orchestrator.state_door.answers import BINARY_ACCEPTS
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


def test_only_who_wants_a_token_signs(recording: Recording) -> None:
    """IAM guards POST /v1/tokens alone, on AWS and on an emulator: no token comes through it."""
    paths = paths_of(recording)
    authorizations = {
        (paths[each.inputs["resourceId"]], each.inputs["httpMethod"]): each.inputs["authorization"]
        for each in recording.of_type(METHOD).values()
    }

    assert authorizations.pop((TOKENS, "POST")) == "AWS_IAM"
    assert set(authorizations.values()) == {"NONE"}
    assert (TOKENS, "ANY") in authorizations


def test_it_takes_so_much_and_no_more(recording: Recording) -> None:
    """All methods of the stage together are limited, since nobody has to be known to ask."""
    (limits,) = recording.of_type("aws:apigateway/methodSettings:MethodSettings").values()

    assert (limits.inputs["stageName"], limits.inputs["methodPath"]) == ("hoist", "*/*")
    settings = limits.inputs["settings"]
    assert 0 < settings["throttlingRateLimit"] <= settings["throttlingBurstLimit"] < 1000


def paths_of(recording: Recording) -> dict[str, str]:
    """The API's paths by the ids of their resources."""
    resources = recording.of_type("aws:apigateway/resource:Resource")
    paths = {"root-of-hoist-dev-api": ""}
    for name, each in resources.items():
        paths[f"{name}-id"] = f"{paths[each.inputs['parentId']]}/{each.inputs['pathPart']}"
    return paths


def test_every_request_goes_to_a_function(recording: Recording) -> None:
    """Health's paths to health, and all others to the api, by a proxy integration each."""
    paths = paths_of(recording)
    places = {
        (method.inputs["resourceId"], method.inputs["httpMethod"])
        for method in recording.of_type(METHOD).values()
    }
    answers = [each.inputs for each in recording.of_type(INTEGRATION).values()]
    functions = {
        paths[each["resourceId"]]: each["uri"].rpartition("/invocations")[0].split("/")[-1]
        for each in answers
    }
    expected = {str(route): "hoist-dev-health" for route in Route}
    expected |= dict.fromkeys(paths_of_the_api(), "hoist-dev-orchestrator-api")

    assert {(each["resourceId"], each["httpMethod"]) for each in answers} == places
    assert functions == expected
    others = {(paths[place], method) for place, method in places}
    assert others >= {(path, "ANY") for path in expected if path != Route.LIVE}
    assert len(others) == len(expected) + 1
    for answer in answers:
        assert (answer["type"], answer["integrationHttpMethod"]) == ("AWS_PROXY", "POST")


def test_the_local_front_has_the_same_paths(recording: Recording) -> None:
    """What the front hands to which function is what the REST API does."""
    named = set(paths_of(recording).values())

    # What has no method of its own is as if it were not there.
    assert named - {"/v1"} == paths_of_the_api() | HEALTH_RESOURCES
    assert set(Route) == HEALTH_RESOURCES


def paths_of_the_api() -> set[str]:
    """The front's resources but health's, with the root as API Gateway's resources begin."""
    exact = {path.removesuffix("/") for path in EXACT_RESOURCES - HEALTH_RESOURCES}
    return exact | {f"{prefix}{{proxy+}}" for prefix in GREEDY_PREFIXES}


def test_it_is_regional_and_decompresses(recording: Recording) -> None:
    """Compression is on: without it a gzip body would reach the function as it is."""
    (api,) = recording.of_type("aws:apigateway/restApi:RestApi").values()

    assert api.inputs["endpointConfiguration"] == {"types": "REGIONAL"}
    assert int(api.inputs["minimumCompressionSize"]) > 0


def test_it_makes_bytes_for_who_gets_them(recording: Recording) -> None:
    """For the very clients to which the function gives packed answers, and no others."""
    (api,) = recording.of_type("aws:apigateway/restApi:RestApi").values()

    assert set(api.inputs["binaryMediaTypes"]) == BINARY_ACCEPTS


def test_a_request_that_is_too_large_is_refused_as_pulumi_reads_it(recording: Recording) -> None:
    """The status is in the body as well, without which the CLI would give up."""
    (told,) = recording.of_type("aws:apigateway/response:Response").values()

    assert (told.inputs["responseType"], told.inputs["statusCode"]) == ("REQUEST_TOO_LARGE", "413")
    assert '"code":413' in told.inputs["responseTemplates"]["application/json"]


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

    integrations = {f"{INTEGRATION}::{name}" for name in recording.of_type(INTEGRATION)}
    assert made.depends_on >= integrations
    assert (stage["stageName"], stage["deployment"]) == ("hoist", "api-id")
    assert stage["restApi"] == deployment["restApi"]


def test_a_change_is_deployed(recording: Recording, deployment: dict[str, Any]) -> None:
    """A new deployment comes with every change of authority, of function and of compression."""
    (api,) = recording.of_type("aws:apigateway/restApi:RestApi").values()
    answers = deployment["triggers"]["answers"]

    assert (answers.count("AWS_IAM"), answers.count("NONE")) == (1, 8)
    assert answers.count("hoist-dev-orchestrator-api/invocations") == 6
    assert answers.count("hoist-dev-health/invocations") == 3
    assert deployment["triggers"]["compressedFromBytes"] == api.inputs["minimumCompressionSize"]
    assert deployment["triggers"]["binaryAccepts"] == " ".join(api.inputs["binaryMediaTypes"])
