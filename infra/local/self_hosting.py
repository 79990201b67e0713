"""Hoist's own stack on the local AWS: the program in infra/, deployed by Hoist itself."""

import json
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from building.artifacts import Artifacts
from building.build import open_build
from building.publishing import publish_packages
from building.targets import build_for_emulator
from hoist.aws import Aws
from local.bootstrap import BootstrapOutputs
from local.emulator_bootstrap import ENVIRONMENT
from local.engine_binary import obtain_engine
from local.front.iam import local_user_arn
from local.local_state import LocalState
from local.progress import Progress
from local.settings import LocalSettings
from orchestrator.state.names import StackName
from orchestrator.state.records import ConfigValue, StackRecord

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

OWN_STACK = StackName("hoist", ENVIRONMENT)
# A mapping of the emulator's works one run at a time.
PARALLEL_RUNS = 4


def own_program(repository: Path) -> Path:
    """Where the program of Hoist's own stack is."""
    return repository / "infra"


def prepare_own_stack(
    state: LocalState, settings: LocalSettings, *, progress: Progress
) -> StackRecord:
    """Make the record of Hoist's own stack, with a config that names all that it is made from:
    the bootstrap's outputs, packages of the code as it is now, and this interpreter.

    Raises EngineUnavailableError, PackagesNotPublishedError, or what kept a package from being
    built.
    """
    s3 = Aws(state.aws_settings).s3()
    return _configured(state, own_config(settings, state.bootstrap, s3, progress=progress))


def own_config(
    settings: LocalSettings,
    bootstrap: BootstrapOutputs,
    s3: "S3Client",
    *,
    progress: Progress,
) -> Mapping[str, str]:
    """What the program of Hoist's own stack is told; its packages are in the bucket then."""
    engine = obtain_engine(settings, progress=progress)
    with progress.task("Building the packages of the functions"):
        packages = publish_own_packages(settings, bucket=bootstrap.state_bucket, s3=s3)
    return {
        **bootstrap.as_config(),
        **packages,
        "hoist:emulator": json.dumps(_emulator(settings, engine)),
        "hoist:access": json.dumps([_owner(settings)]),
    }


def publish_own_packages(
    settings: LocalSettings, *, bucket: str, s3: "S3Client"
) -> Mapping[str, str]:
    """Build the emulator's packages and put them into the bucket; the settings that name them."""
    with open_build(settings.directory / "packages") as build:
        # Published before the build is let go: the next one takes away what it replaces.
        packages = build_for_emulator(build, Artifacts(settings.repository))
        return publish_packages(bucket, s3, packages.by_setting())


def _emulator(settings: LocalSettings, engine: Path) -> Mapping[str, object]:
    return {
        "python": sys.executable,
        "parallelRuns": PARALLEL_RUNS,
        "workerEnvironment": {
            "HOIST_ENGINE": str(engine),
            "HOIST_PLUGINS": str(settings.directory / "plugins"),
            "HOIST_WORK_DIRECTORY": str(settings.directory / "worker"),
        },
    }


def _owner(settings: LocalSettings) -> Mapping[str, str]:
    """Whoever has the installation's key pair may do everything in it."""
    return {"principal": local_user_arn(settings.account), "role": "admin", "stacks": "*/*"}


def _configured(state: LocalState, config: Mapping[str, str]) -> StackRecord:
    stacks = state.service.stacks
    if stacks.find(OWN_STACK) is None:
        stacks.create(OWN_STACK, tags={}, secrets=state.data_keys.new)
    known = {key: ConfigValue(value) for key, value in config.items()}
    return stacks.change(OWN_STACK, lambda stack: replace(stack, config={**stack.config, **known}))
