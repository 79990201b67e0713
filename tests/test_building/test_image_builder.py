"""Docker, Podman and Finch, as far as what they are asked goes."""

from pathlib import Path

import pytest

from building.cli import building
from building.errors import ImageBuilderMissingError, ImageNotBuiltError
from building.image_builder import BUILDERS, ImageBuilder, find_image_builder
from building.pip_packages import Machine
from hoist.cli.context import CliContext
from hoist.cli.door import run_command
from hoist.cli.exit_codes import ExitCode
from hoist.clock import SystemClock
from hoist.secret import Secret
from recording_tools import Ran, RecordingTools


@pytest.fixture
def tools(tmp_path: Path) -> RecordingTools:
    return RecordingTools(tmp_path)


@pytest.mark.parametrize("name", BUILDERS)
def test_each_builds_for_the_machine(tools: RecordingTools, name: str) -> None:
    """The platform is Lambda's, whatever this machine is; Docker is kept from making an index."""
    tools.add(name)
    builder = find_image_builder(tools.environment())

    builder.build(Path("laid-out"), machine=Machine.ARM64, tag="worker:1")

    one_image = ["--provenance=false", "--sbom=false"] if name == "docker" else []
    platform = ["build", "--platform", "linux/arm64"]
    assert tools.ran == [Ran(name, [*platform, *one_image, "--tag", "worker:1", "laid-out"])]


def test_the_base_can_be_named_by_digest(tools: RecordingTools) -> None:
    """What the base is comes to the Dockerfile as the argument that it has for it."""
    tools.add("podman")

    find_image_builder(tools.environment()).build(
        Path("laid-out"), machine=Machine.X86_64, tag="worker:1", runtime="base@sha256:00"
    )

    [run] = tools.ran
    assert run.arguments[:3] == ["build", "--platform", "linux/amd64"]
    assert run.arguments[3:5] == ["--build-arg", "RUNTIME=base@sha256:00"]


def test_the_first_that_is_there_is_taken(tools: RecordingTools) -> None:
    """Docker before Podman before Finch."""
    tools.add("finch", "podman")

    assert find_image_builder(tools.environment()).name == "podman"


def test_a_password_is_typed(tools: RecordingTools) -> None:
    """It comes over standard input and is on no command line."""
    tools.add("docker")

    find_image_builder(tools.environment()).sign_in("registry", user="AWS", password=Secret("pw"))

    arguments = ["login", "--username", "AWS", "--password-stdin", "registry"]
    assert tools.ran == [Ran("docker", arguments, "pw")]


def test_credentials_stay_here(tools: RecordingTools) -> None:
    """A builder is told how this machine is set up, and not how one signs in to AWS or Hoist."""
    tools.add("docker")
    secrets = {"AWS_SECRET_ACCESS_KEY": "a", "HOIST_TOKEN": "b", "PULUMI_ACCESS_TOKEN": "c"}

    builder = find_image_builder(tools.environment(DOCKER_HOST="unix:///d", **secrets))

    assert builder.environment == tools.environment(DOCKER_HOST="unix:///d")


def test_a_failure_is_told(tools: RecordingTools) -> None:
    """The error names the builder and what it could not do."""
    tools.add("finch")
    tools.answer("finch", "push", status=7)

    with pytest.raises(ImageNotBuiltError, match="finch could not push the image: .* status 7"):
        find_image_builder(tools.environment()).push("worker:1")


def test_a_builder_that_cannot_be_started_is_told(tmp_path: Path) -> None:
    """A program that is gone is an error of ours."""
    with pytest.raises(ImageNotBuiltError, match="cannot be started"):
        ImageBuilder(tmp_path / "docker", {}).push("worker:1")


def test_without_any_it_says_what_to_install(tools: RecordingTools) -> None:
    """All three are named, in the error and in its way out."""
    with pytest.raises(ImageBuilderMissingError) as refused:
        find_image_builder(tools.environment())

    assert all(name in refused.value.message for name in BUILDERS)
    assert all(name.title() in refused.value.way_out for name in BUILDERS)


def test_make_image(tools: RecordingTools, tmp_path: Path) -> None:
    """The command lays the directory out, builds it there, and prints the image's name."""
    tools.add("docker")
    directory = tmp_path / "build"
    context = CliContext(environ=tools.environment(), clock=SystemClock())

    arguments = ["image", "--tag", "worker:1", "--directory", str(directory)]
    assert run_command(building, arguments, context) == ExitCode.OK

    [run] = tools.ran
    assert run.arguments[-1] == str(directory / "image")
    assert (directory / "image" / "Dockerfile").is_file()


def test_make_image_without_a_builder(
    tools: RecordingTools, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """It ends as for a fault of the machine, and has laid nothing out."""
    context = CliContext(environ=tools.environment(), clock=SystemClock())

    arguments = ["image", "--directory", str(tmp_path / "build")]
    assert run_command(building, arguments, context) == ExitCode.ENVIRONMENT_FAULT

    assert "install Docker" in capsys.readouterr().err
    assert not (tmp_path / "build").exists()
