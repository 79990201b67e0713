"""`python -m building`: what `make build` and `make smoke` run."""

import sys
from pathlib import Path

import click

from building.artifacts import Artifacts
from building.build import open_build
from building.dependencies import DependencySource
from building.image_builder import find_image_builder
from building.installed_packages import InstalledPackages
from building.packages import Package
from building.pip_packages import Machine, PipPackages
from building.smoke import check_imports, smoke_cases
from building.targets import LambdaPackages, build_for_emulator, build_for_lambda
from hoist.cli.context import CliContext, json_option, print_json

REPOSITORY = Path(__file__).resolve().parents[2]
MACHINES = {"arm64": Machine.ARM64, "x86_64": Machine.X86_64}

_directory_option = click.option(
    "--directory",
    type=click.Path(path_type=Path, file_okay=False),
    default=REPOSITORY / "build",
    show_default="build/ of the repository",
    help="Where to build.",
)


_machine_option = click.option(
    "--machine",
    type=click.Choice(list(MACHINES)),
    default="arm64",
    show_default=True,
    help="The processor of the functions.",
)


@click.group()
def building() -> None:
    """Build what Lambda runs."""


@building.command()
@_machine_option
@click.option(
    "--installed",
    is_flag=True,
    help="Take third-party packages from this environment: no network, and only for this machine.",
)
@_directory_option
@json_option
def packages(machine: str, installed: bool, directory: Path, as_json: bool) -> None:
    """Build the packages of the functions, and the directory that the worker's image is made in."""
    for_machine = PipPackages(MACHINES[machine], Path(sys.executable))
    dependencies: DependencySource = InstalledPackages() if installed else for_machine
    artifacts = Artifacts(REPOSITORY)
    with open_build(directory.resolve()) as build:
        for_lambda = build_for_lambda(build, artifacts, dependencies)
        for_emulator = build_for_emulator(build, artifacts)
    built = [*for_lambda.by_setting().values(), *for_emulator.by_setting().values()]
    if as_json:
        print_json(_document(for_lambda, built))
        return
    for package in built:
        size = f"{package.size_bytes / 1e6:5.1f} MB, {package.unzipped_bytes / 1e6:5.1f} unzipped"
        click.echo(f"{package.artifact:<28} {size}  {package.path}")
    click.echo(f"{for_lambda.image.artifact.name:<28} {'make image':>24}  {for_lambda.image.path}")


@building.command()
@_machine_option
@click.option("--tag", default="hoist-worker", show_default=True, help="What to call it.")
@click.option("--runtime", default="", help="The base, by digest; else the tag of the Dockerfile.")
@_directory_option
@click.pass_obj
def image(context: CliContext, machine: str, tag: str, runtime: str, directory: Path) -> None:
    """Build the worker's image with Docker, Podman or Finch."""
    builder = find_image_builder(context.environ)
    with open_build(directory.resolve()) as build:
        laid_out = build.stage(Artifacts(REPOSITORY).worker_image()).path
        builder.build(laid_out, machine=MACHINES[machine], tag=tag, runtime=runtime)
    click.echo(tag)


@building.command()
@_directory_option
def smoke(directory: Path) -> None:
    """Import each function alone, with the third-party packages of this environment."""
    with open_build(directory.resolve() / "smoke") as build:
        for case in smoke_cases(build, Artifacts(REPOSITORY), InstalledPackages()):
            modules = check_imports(case)
            click.echo(f"{case.artifact:<28} {modules:4} modules, all its own")


def _document(for_lambda: LambdaPackages, built: list[Package]) -> dict[str, object]:
    return {
        "packages": [
            {
                "artifact": package.artifact,
                "path": str(package.path),
                "sha256": package.sha256,
                "size_bytes": package.size_bytes,
                "unzipped_bytes": package.unzipped_bytes,
            }
            for package in built
        ],
        "image": {
            "artifact": for_lambda.image.artifact.name,
            "directory": str(for_lambda.image.path),
        },
    }
