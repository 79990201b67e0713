"""The functions of the orchestrator, what wakes them, and how both differ on an emulator."""

import json
from typing import Any

import pytest

from components.functions import Function
from hoist_program import AWS_PACKAGES, installation
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
        assert set(recording.of_type(FUNCTION)) >= {Function.API, Function.WORKER}
        assert recording.outputs["apiFunction"] == "hoist-dev-orchestrator-api"
        assert recording.outputs["workerFunction"] == "hoist-dev-orchestrator-worker"


@pytest.mark.parametrize(
    ("function", "more"),
    [
        (Function.API, {"HOIST_ACCESS_TABLE": "hoist-dev-access"}),
        (
            Function.WORKER,
            {
                "HOIST_AUDIT_RETENTION_DAYS": "400",
                "HOIST_AUDIT_RETENTION_MODE": "COMPLIANCE",
                "HOIST_SIGNING_KEY_ALIAS": "alias/the-signing",
            },
        ),
    ],
)
def test_a_function_knows_the_installation(
    dev: Recording, function: Function, more: dict[str, str]
) -> None:
    """Its environment names the stores and the doorbell, and what it alone has to do with."""
    assert variables_of(dev, function) == {
        **more,
        "HOIST_AUDIT_TABLE": dev.outputs["auditTable"],
        "HOIST_AUDIT_BUCKET": "the-audit-bucket",
        "HOIST_STATE_BUCKET": "the-state-bucket",
        "HOIST_STATE_TABLE": "the-state-table",
        "HOIST_STATE_KEY_ALIAS": "alias/the-state",
        "HOIST_RUNS_TABLE": dev.outputs["runsTable"],
        "HOIST_ARTIFACTS_BUCKET": dev.outputs["artifactsBucket"],
        "HOIST_DOORBELL_URL": dev.outputs["doorbellUrl"],
    }


def test_the_worker_is_an_image(dev: Recording) -> None:
    """The image says which handler and runtime it has; neither is said twice."""
    worker = function_of(dev, Function.WORKER)

    assert worker["packageType"] == "Image"
    assert worker["imageUri"] == AWS_PACKAGES["hoist:workerImage"]
    assert worker["architectures"] == ["arm64"]
    assert worker.keys().isdisjoint({"runtime", "handler", "layers", "s3Key"})


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
