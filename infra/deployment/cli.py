"""`python -m deployment ENVIRONMENT`: what `make deploy` runs."""

import sys
from pathlib import Path

import click

from building.image_builder import find_image_builder
from building.pip_packages import PipPackages
from deployment.aws_cli import find_aws_cli
from deployment.deploy import Prepared, Tools, prepare
from deployment.own_stack import Deployed, install_plugin, open_own_stack, pack_own_program
from deployment.target import DeploymentTarget, check_environment, find_target, region_from
from deployment.worker_image import MACHINE
from hoist.cli.context import CliContext
from hoist.cli.exit_codes import ExitCode
from local.engine_binary import obtain_engine
from local.settings import LocalSettings

_BUILD = "build"


@click.command()
@click.argument("environment")
@click.option("--runtime", default="", help="The base of the worker's image, by digest.")
@click.option("--yes", "-y", is_flag=True, help="Do not ask before anything is made.")
@click.pass_obj
def deploy(context: CliContext, environment: str, runtime: str, yes: bool) -> int:
    """Deploy Hoist onto the AWS account that you are signed in to.

    Run again, it brings what is there to what this checkout says.
    """
    check_environment(environment)
    settings = LocalSettings.from_environment(context.environ)
    aws = find_aws_cli(context.environ, region=region_from(context.environ))
    # Looked for before anything is made.
    builder, target = find_image_builder(context.environ), find_target(environment, aws)
    if not yes:
        click.confirm(_question(target), abort=True, err=True)
    tools = Tools(
        aws=aws,
        builder=builder,
        dependencies=PipPackages(MACHINE, Path(sys.executable)),
        progress=context.progress(),
    )
    prepared = prepare(
        target,
        tools,
        repository=settings.repository,
        build_directory=settings.repository / _BUILD,
        runtime=runtime,
    )
    deployed = _update(target, prepared, settings, context)
    if deployed.exit_code is ExitCode.OK:
        click.echo(f"Hoist is deployed. Sign in:  hoist login {deployed.api_url}")
    return deployed.exit_code


def _question(target: DeploymentTarget) -> str:
    return (
        f"Deploy {target.installation} to account {target.account} in {target.region},"
        f" as {target.principal}?"
    )


def _update(
    target: DeploymentTarget, prepared: Prepared, settings: LocalSettings, context: CliContext
) -> Deployed:
    directory = settings.repository / _BUILD / "deployment"
    directory.mkdir(parents=True, exist_ok=True)
    progress = context.progress()
    engine = obtain_engine(settings, progress=progress)
    with progress.task("Getting the engine's plugin for AWS") as task:
        install_plugin(engine, directory, settings, on_line=task.detail)
    stack = open_own_stack(
        target,
        prepared.bootstrap,
        prepared.credentials,
        engine=engine,
        directory=directory,
        context=context,
    )
    stack.configure(prepared.config, owner=target.principal)
    return stack.up(pack_own_program(settings, context))
