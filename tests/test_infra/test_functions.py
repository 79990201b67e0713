"""What holds for all functions of the product: their code, their roles, their limits."""

from typing import Any

import pytest

from components.function_code import HANDLERS
from components.functions import Function
from hoist_program import DIGEST
from recorded_program import Recording

FUNCTION = "aws:lambda/function:Function"
ZIPPED = [Function.API, Function.HEALTH, Function.ROTATION]


def function_of(recording: Recording, function: Function) -> dict[str, Any]:
    return recording.of_type(FUNCTION)[function].inputs


def test_all_functions_are_deployed(dev: Recording, emulated: Recording) -> None:
    """On AWS and on an emulator there is each of them, by a name that is exported."""
    for recording in (dev, emulated):
        exported = ("apiFunction", "workerFunction", "healthFunction", "rotationFunction")
        assert set(recording.of_type(FUNCTION)) == set(Function)
        assert {recording.outputs[name] for name in exported} == {
            f"hoist-dev-{function}" for function in Function
        }


@pytest.mark.parametrize("function", list(Function))
def test_a_function_has_its_own_role(dev: Recording, function: Function) -> None:
    """No two functions share permissions."""
    assert function_of(dev, function)["role"] == dev.outputs["roleArns"][function]


@pytest.mark.parametrize("function", list(Function))
def test_a_function_waits_for_what_it_needs(dev: Recording, function: Function) -> None:
    """It is made after its permissions and its log group, and goes before them."""
    assert dev.of_type(FUNCTION)[function].depends_on >= {
        f"aws:iam/rolePolicy:RolePolicy::{function}",
        f"aws:cloudwatch/logGroup:LogGroup::{function}",
    }


def test_sizes(dev: Recording, emulated: Recording) -> None:
    """The api ends when API Gateway gives up, the worker has all the time that Lambda gives, and
    health ends before it is called again.
    """
    for recording in (dev, emulated):
        sizes = {
            function: (made["memorySize"], made["timeout"], made["ephemeralStorage"]["size"])
            for function in Function
            for made in [function_of(recording, function)]
        }
        assert sizes == {
            Function.API: (512, 29, 512),
            Function.WORKER: (2048, 900, 2048),
            Function.HEALTH: (256, 50, 512),
            Function.ROTATION: (256, 60, 512),
        }


@pytest.mark.parametrize("function", list(Function))
def test_nothing_is_traced_or_reserved(dev: Recording, function: Function) -> None:
    """No function takes concurrency from others, and none writes traces."""
    made = function_of(dev, function)

    assert "reservedConcurrentExecutions" not in made
    assert "tracingConfig" not in made


@pytest.mark.parametrize("function", ZIPPED)
def test_a_function_is_a_package_on_two_layers(dev: Recording, function: Function) -> None:
    """Third-party packages come first, so that none of them can stand in for Hoist's own."""
    made = function_of(dev, function)
    layers = dev.of_type("aws:lambda/layerVersion:LayerVersion")

    assert (made["runtime"], made["handler"]) == ("python3.13", HANDLERS[function])
    assert made["architectures"] == ["arm64"]
    assert made["s3Bucket"] == "the-packages-bucket"
    assert made["s3Key"] == f"packages/{function}-{DIGEST}.zip"
    assert [arn.split(":")[-2] for arn in made["layers"]] == ["dependencies", "shared"]
    assert {name: layer.inputs["s3Key"] for name, layer in layers.items()} == {
        "dependencies": f"packages/dependencies-{DIGEST}.zip",
        "shared": f"packages/shared-{DIGEST}.zip",
    }
    for layer in layers.values():
        assert layer.inputs["compatibleRuntimes"] == [made["runtime"]]
        assert layer.inputs["compatibleArchitectures"] == made["architectures"]


@pytest.mark.parametrize("function", list(Function))
def test_on_an_emulator_a_function_is_a_package(emulated: Recording, function: Function) -> None:
    """There are no layers; `bootstrap` runs the handler with the interpreter that is named."""
    made = function_of(emulated, function)

    assert emulated.of_type("aws:lambda/layerVersion:LayerVersion") == {}
    assert (made["runtime"], made["handler"]) == ("provided.al2023", HANDLERS[function])
    assert made["s3Key"] == f"packages/{function}-{DIGEST}.zip"
    assert made.keys().isdisjoint({"layers", "imageUri", "packageType"})
    assert made["environment"]["variables"]["HOIST_PYTHON"] == "/opt/python"


def test_callers_are_named(dev: Recording) -> None:
    """Each function is called by whom it is for, by name; the worker by no service at all."""
    here = "eu-central-1:111122223333"
    permissions = {
        (each.inputs["function"], each.inputs["principal"]): (
            each.inputs.get("sourceArn"),
            each.inputs.get("sourceAccount"),
        )
        for each in dev.of_type("aws:lambda/permission:Permission").values()
    }

    assert permissions == {
        ("hoist-dev-orchestrator-api", "apigateway.amazonaws.com"): (
            f"arn:aws:execute-api:{here}:hoist-dev-api/hoist/*",
            None,
        ),
        ("hoist-dev-orchestrator-api", "events.amazonaws.com"): (
            f"arn:aws:events:{here}:rule/hoist-dev-lost-doorbells",
            None,
        ),
        ("hoist-dev-health", "apigateway.amazonaws.com"): (
            f"arn:aws:execute-api:{here}:hoist-dev-api/hoist/*/health*",
            None,
        ),
        ("hoist-dev-health", "events.amazonaws.com"): (
            f"arn:aws:events:{here}:rule/hoist-dev-check-health",
            None,
        ),
        ("hoist-dev-rotation", "secretsmanager.amazonaws.com"): (None, "111122223333"),
    }
