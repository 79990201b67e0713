"""What the functions of the orchestrator run, on AWS and on the emulator."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pulumi

from components.functions import Function
from components.packages import AwsPackages, EmulatorPackages
from components.runtime import ARCHITECTURE, RUNTIME

HANDLERS = {
    Function.API: "orchestrator.api.handle",
    Function.WORKER: "orchestrator.worker.handle",
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
    """The api is a small package on layers; the worker an image, for the engine is in it."""
    return {
        Function.API: FunctionCode(
            runtime=RUNTIME,
            handler=HANDLERS[Function.API],
            s3_bucket=packages.bucket,
            s3_key=packages.api,
            architectures=[ARCHITECTURE],
            layers=layers,
        ),
        Function.WORKER: FunctionCode(
            package_type="Image", image_uri=packages.worker_image, architectures=[ARCHITECTURE]
        ),
    }


def code_on_emulator(packages: EmulatorPackages) -> Mapping[Function, FunctionCode]:
    """Packages that bring all of Hoist; what others wrote comes with the interpreter."""
    python = {"HOIST_PYTHON": packages.emulator.python}
    worker = {**python, **packages.emulator.worker_environment}
    return {
        Function.API: _emulated(Function.API, packages.bucket, packages.api, python),
        Function.WORKER: _emulated(Function.WORKER, packages.bucket, packages.worker, worker),
    }


def _emulated(
    function: Function, bucket: str, key: str, variables: Mapping[str, str]
) -> FunctionCode:
    return FunctionCode(
        runtime=EMULATED_RUNTIME,
        handler=HANDLERS[function],
        s3_bucket=bucket,
        s3_key=key,
        variables=variables,
    )
