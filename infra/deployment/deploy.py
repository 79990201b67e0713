"""Everything in order: what each step has found is what the next one is told.

    who and where ──► bootstrap ──► packages ──► worker's image ──► Hoist's own stack

Each step finds what an earlier attempt has made, so that whatever stopped it, it is run again.
"""

from dataclasses import dataclass
from pathlib import Path

from building.artifacts import Artifacts
from building.build import open_build
from building.dependencies import DependencySource
from building.image_builder import ImageBuilder
from building.publishing import publish_packages
from building.targets import build_for_lambda
from deployment.aws_cli import AwsCli
from deployment.bootstrap import deploy_bootstrap
from deployment.target import DeploymentTarget
from deployment.worker_image import publish_image
from hoist.aws import Aws, AwsCredentials, AwsSettings
from local.bootstrap import BootstrapOutputs
from local.progress import Progress


@dataclass(frozen=True, slots=True, kw_only=True)
class Tools:
    """What the steps are done with."""

    aws: AwsCli
    builder: ImageBuilder
    dependencies: DependencySource
    progress: Progress


@dataclass(frozen=True, slots=True)
class Prepared:
    """What Hoist's own stack stands on, and what it is told."""

    bootstrap: BootstrapOutputs
    credentials: AwsCredentials
    config: dict[str, str]


def prepare(
    target: DeploymentTarget,
    tools: Tools,
    *,
    repository: Path,
    build_directory: Path,
    runtime: str = "",
) -> Prepared:
    """All that comes before Hoist's own stack.

    Raises AwsCallFailedError, ImageNotBuiltError, PackagesNotPublishedError, or what kept a
    package from being built.
    """
    tools.progress.say(f"The bootstrap of {target.installation}: buckets, table, keys.")
    bootstrap = deploy_bootstrap(target, tools.aws, repository=repository)
    credentials = tools.aws.credentials()
    s3 = Aws(AwsSettings(target.region, credentials=credentials)).s3()
    with open_build(build_directory) as build:
        with tools.progress.task("Building and publishing the packages of the functions"):
            packages = build_for_lambda(build, Artifacts(repository), tools.dependencies)
            settings = publish_packages(bootstrap.state_bucket, s3, packages.by_setting())
        tools.progress.say("The worker's image: built and pushed, unless it is there.")
        image = publish_image(
            packages.image,
            bootstrap.worker_repository,
            builder=tools.builder,
            aws=tools.aws,
            runtime=runtime,
        )
    config = {**bootstrap.as_config(), **settings, "hoist:workerImage": image}
    return Prepared(bootstrap, credentials, config)
