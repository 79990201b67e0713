"""What the functions run, on AWS and on the emulator."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pulumi

from components.functions import Function
from components.packages import AwsPackages, EmulatorPackages
from components.runtime import ARCHITECTURE, RUNTIME

HANDLERS = {
    Function.API: "orchestrator.api.handle",
    Function.WORKER: "orchestrator.worker.handle",
    Function.HEALTH: "health.handler.handle",
    Function.ROTATION: "rotation.handler.handle",
}
# On an emulator a function is a process of this machine, begun by the package's own `bootstrap`.
EMULATED_RUNTIME = "provided.al2023"


@dataclass(frozen=True, slots=True, kw_only=True)
class FunctionCode:
    """Those arguments of a function that say what it runs; None leaves one to Lambda's default."""

    package_type: str | None = None
    runtime: str | None = None
    handler: str | None = None
    s3_bucket: str | None = None
    s3_key: str | None = None
    image_uri: str | None = None
    architectures: Sequence[str] | None = None
    layers: Sequence[pulumi.Input[str]] | None = None
    variables: Mapping[str, str] = field(default_factory=dict)


def code_on_aws(
    packages: AwsPackages, layers: Sequence[pulumi.Input[str]]
) -> Mapping[Function, FunctionCode]:
    """Small packages on the same layers; the worker is an image, for the engine is in it."""
    keys = {
        Function.API: packages.api,
        Function.HEALTH: packages.health,
        Function.ROTATION: packages.rotation,
    }
    worker = FunctionCode(
        package_type="Image", image_uri=packages.worker_image, architectures=[ARCHITECTURE]
    )
    zipped = {
        function: FunctionCode(
            runtime=RUNTIME,
            handler=HANDLERS[function],
            s3_bucket=packages.bucket,
            s3_key=key,
            architectures=[ARCHITECTURE],
            layers=layers,
        )
        for function, key in keys.items()
    }
    return {**zipped, Function.WORKER: worker}


def code_on_emulator(packages: EmulatorPackages) -> Mapping[Function, FunctionCode]:
    """Packages that bring all of Hoist; what others wrote comes with the interpreter."""
    keys = {
        Function.API: packages.api,
        Function.WORKER: packages.worker,
        Function.HEALTH: packages.health,
        Function.ROTATION: packages.rotation,
    }
    emulator = packages.emulator
    own_variables = {Function.WORKER: emulator.worker_environment}
    return {
        function: FunctionCode(
            runtime=EMULATED_RUNTIME,
            handler=HANDLERS[function],
            s3_bucket=packages.bucket,
            s3_key=key,
            variables={"HOIST_PYTHON": emulator.python, **own_variables.get(function, {})},
        )
        for function, key in keys.items()
    }
