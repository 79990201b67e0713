"""The two functions, what wakes them, and how both differ on an emulator."""

import json
from typing import Any

import pytest

from components.functions import Function
from hoist_program import AWS_PACKAGES, DIGEST, installation
from recorded_program import Recording, Registered

FUNCTION = "aws:lambda/function:Function"
MAPPING = "aws:lambda/eventSourceMapping:EventSourceMapping"
OF_THE_ORCHESTRATOR = [Function.API, Function.WORKER]


def function_of(recording: Recording, function: Function) -> dict[str, Any]:
    return recording.of_type(FUNCTION)[function].inputs


def variables_of(recording: Recording, function: Function) -> dict[str, str]:
    found: dict[str, str] = function_of(recording, function)["environment"]["variables"]
    return found


def mappings(recording: Recording) -> list[Registered]:
    return list(recording.of_type(MAPPING).values())


def test_the_orchestrator_is_two_functions(dev: Recording, emulated: Recording) -> None:
    """On AWS and on an emulator there are an api and a worker, by names that are exported."""
    for recording in (dev, emulated):
        assert set(recording.of_type(FUNCTION)) == {Function.API, Function.WORKER}
        assert recording.outputs["apiFunction"] == "hoist-dev-orchestrator-api"
        assert recording.outputs["workerFunction"] == "hoist-dev-orchestrator-worker"


@pytest.mark.parametrize("function", OF_THE_ORCHESTRATOR)
def test_a_function_has_its_own_role(dev: Recording, function: Function) -> None:
    """No two functions share permissions."""
    assert function_of(dev, function)["role"] == dev.outputs["roleArns"][function]


@pytest.mark.parametrize("function", OF_THE_ORCHESTRATOR)
def test_a_function_waits_for_what_it_needs(dev: Recording, function: Function) -> None:
    """It is made after its permissions and its log group, and goes before them."""
    assert dev.of_type(FUNCTION)[function].depends_on >= {
        f"aws:iam/rolePolicy:RolePolicy::{function}",
        f"aws:cloudwatch/logGroup:LogGroup::{function}",
    }


def test_sizes(dev: Recording, emulated: Recording) -> None:
    """The api ends when API Gateway gives up; the worker has all the time that Lambda gives."""
    for recording in (dev, emulated):
        api, worker = (function_of(recording, each) for each in OF_THE_ORCHESTRATOR)
        assert (api["memorySize"], api["timeout"]) == (512, 29)
        assert (worker["memorySize"], worker["timeout"]) == (2048, 900)
        assert worker["ephemeralStorage"] == {"size": 2048}


@pytest.mark.parametrize("function", OF_THE_ORCHESTRATOR)
def test_nothing_is_traced_or_reserved(dev: Recording, function: Function) -> None:
    """No function takes concurrency from others, and none writes traces."""
    made = function_of(dev, function)

    assert "reservedConcurrentExecutions" not in made
    assert "tracingConfig" not in made


@pytest.mark.parametrize("function", OF_THE_ORCHESTRATOR)
def test_a_function_knows_the_installation(dev: Recording, function: Function) -> None:
    """Its environment names the stores and the doorbell, and nothing else."""
    assert variables_of(dev, function) == {
        "HOIST_STATE_BUCKET": "the-state-bucket",
        "HOIST_STATE_TABLE": "the-state-table",
        "HOIST_STATE_KEY_ALIAS": "alias/the-state",
        "HOIST_RUNS_TABLE": dev.outputs["runsTable"],
        "HOIST_ARTIFACTS_BUCKET": dev.outputs["artifactsBucket"],
        "HOIST_DOORBELL_URL": dev.outputs["doorbellUrl"],
    }


def test_the_api_is_a_package_on_two_layers(dev: Recording) -> None:
    """Third-party packages come first, so that none of them can stand in for Hoist's own."""
    api = function_of(dev, Function.API)
    layers = dev.of_type("aws:lambda/layerVersion:LayerVersion")

    assert (api["runtime"], api["handler"]) == ("python3.13", "orchestrator.api.handle")
    assert api["architectures"] == ["arm64"]
    assert (api["s3Bucket"], api["s3Key"]) == (
        "the-packages-bucket",
        AWS_PACKAGES["hoist:apiPackage"],
    )
    assert [arn.split(":")[-2] for arn in api["layers"]] == ["dependencies", "shared"]
    assert {name: layer.inputs["s3Key"] for name, layer in layers.items()} == {
        "dependencies": AWS_PACKAGES["hoist:dependenciesLayer"],
        "shared": AWS_PACKAGES["hoist:sharedLayer"],
    }
    for layer in layers.values():
        assert layer.inputs["compatibleRuntimes"] == [api["runtime"]]
        assert layer.inputs["compatibleArchitectures"] == api["architectures"]


def test_the_worker_is_an_image(dev: Recording) -> None:
    """The image says which handler and runtime it has; neither is said twice."""
    worker = function_of(dev, Function.WORKER)

    assert worker["packageType"] == "Image"
    assert worker["imageUri"] == AWS_PACKAGES["hoist:workerImage"]
    assert worker["architectures"] == ["arm64"]
    assert worker.keys().isdisjoint({"runtime", "handler", "layers", "s3Key"})


def test_on_an_emulator_both_are_packages(emulated: Recording) -> None:
    """There are no layers; `bootstrap` runs the handler with the interpreter that is named."""
    assert emulated.of_type("aws:lambda/layerVersion:LayerVersion") == {}
    for function, door in ((Function.API, "api"), (Function.WORKER, "worker")):
        made = function_of(emulated, function)
        assert made["runtime"] == "provided.al2023"
        assert made["handler"] == f"orchestrator.{door}.handle"
        assert made["s3Key"] == f"packages/orchestrator-{door}-{DIGEST}.zip"
        assert made.keys().isdisjoint({"layers", "imageUri", "packageType"})
        assert variables_of(emulated, function)["HOIST_PYTHON"] == "/opt/python"


def test_on_an_emulator_the_worker_is_told_what_its_image_would_say(emulated: Recording) -> None:
    """The worker's further variables are its own; the api does not see them."""
    assert variables_of(emulated, Function.WORKER)["HOIST_ENGINE"] == "/opt/pulumi"
    assert "HOIST_ENGINE" not in variables_of(emulated, Function.API)


def test_one_ring_wakes_one_worker(dev: Recording, emulated: Recording) -> None:
    """Each ring is delivered alone, and a failure is that ring's, not its neighbours'."""
    for recording in (dev, emulated):
        for mapping in mappings(recording):
            assert mapping.inputs["batchSize"] == 1
            assert mapping.inputs["functionResponseTypes"] == ["ReportBatchItemFailures"]
            assert mapping.inputs["eventSourceArn"] == recording.outputs["doorbellArn"]
            assert mapping.inputs["functionName"] == recording.outputs["workerFunction"]


@pytest.mark.parametrize(("setting", "runs"), [("", 5), ("2", 2), ("40", 40)])
def test_parallel_runs_are_capped_by_the_mapping(setting: str, runs: int) -> None:
    """One mapping, whose maximum concurrency is hoist:parallelRuns."""
    (mapping,) = mappings(installation("dev", parallelRuns=setting))

    assert mapping.inputs["scalingConfig"] == {"maximumConcurrency": runs}


def test_on_an_emulator_there_is_a_mapping_per_parallel_run(emulated: Recording) -> None:
    """Three parallel runs are three mappings of one stack at a time."""
    assert sorted(mapping.name for mapping in mappings(emulated)) == [
        "doorbell-1",
        "doorbell-2",
        "doorbell-3",
    ]
    assert not any("scalingConfig" in mapping.inputs for mapping in mappings(emulated))


def test_lost_doorbells_are_looked_for_every_minute(dev: Recording) -> None:
    """A rule sends the api the one event that is no request."""
    rule = dev.of_type("aws:cloudwatch/eventRule:EventRule")["lost-doorbells"].inputs
    target = dev.of_type("aws:cloudwatch/eventTarget:EventTarget")["lost-doorbells"].inputs

    assert rule["scheduleExpression"] == "rate(1 minute)"
    assert target["arn"].endswith(":function:hoist-dev-orchestrator-api")
    assert json.loads(target["input"]) == {"hoist": "ring-lost-doorbells"}


def test_callers_are_named(dev: Recording) -> None:
    """Only this API's stage and this rule may call the api, and no service the worker."""
    permissions = dev.of_type("aws:lambda/permission:Permission")

    assert {each.inputs["function"] for each in permissions.values()} == {
        dev.outputs["apiFunction"]
    }
    assert {
        each.inputs["principal"]: each.inputs["sourceArn"] for each in permissions.values()
    } == {
        "apigateway.amazonaws.com": (
            "arn:aws:execute-api:eu-central-1:111122223333:hoist-dev-api/hoist/*"
        ),
        "events.amazonaws.com": (
            "arn:aws:events:eu-central-1:111122223333:rule/hoist-dev-lost-doorbells"
        ),
    }
