"""The worker's image, as far as it can be seen without building it."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from building.artifacts import Artifacts
from building.build import Build
from recording_tools import RecordingTools

REPOSITORY = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def context(build: Build, artifacts: Artifacts) -> Path:
    """The directory that Docker is given."""
    return build.stage(artifacts.worker_image()).path


@pytest.fixture(scope="module")
def instructions(context: Path) -> list[str]:
    """Those of the Dockerfile, one a line."""
    text = (context / "Dockerfile").read_text().replace("\\\n", " ")
    return [line for line in text.splitlines() if line and not line.startswith("#")]


def with_name(instructions: list[str], name: str) -> list[str]:
    return [line.removeprefix(f"{name} ") for line in instructions if line.startswith(f"{name} ")]


def settings_of(instructions: list[str]) -> dict[str, str]:
    """The environment of what runs."""
    [settings] = with_name(instructions, "ENV")
    return dict(setting.split("=") for setting in settings.split())


def test_what_is_copied_is_there(instructions: list[str], context: Path) -> None:
    """Each file that is copied from the context is in it, and all of the code is copied."""
    copies = [copy.split() for copy in with_name(instructions, "COPY") if "--from=" not in copy]

    sources = {source for *sources, _ in copies for source in sources}
    assert [source for source in sources if not (context / source).exists()] == []
    # Only what is copied can be in the image: nothing is laid out in vain.
    assert {source.rstrip("/") for source in sources} | {"Dockerfile"} == {
        path.name for path in context.iterdir()
    }


def test_packages_keep_their_names(instructions: list[str]) -> None:
    """Code lies in the image where the smoke test imports it from: under its own name."""
    copies = [copy.split() for copy in with_name(instructions, "COPY")]

    for package in ("hoist", "orchestrator"):
        assert [f"{package}/", f"${{LAMBDA_TASK_ROOT}}/{package}/"] in copies


def test_it_is_aws_python(instructions: list[str]) -> None:
    """The last stage is AWS's own image for the Python that the functions run on."""
    assert "RUNTIME=amazon/aws-lambda-python:3.13" in with_name(instructions, "ARG")
    assert with_name(instructions, "FROM")[-1] == "${RUNTIME}"


def test_it_runs_the_worker(instructions: list[str]) -> None:
    """The handler is the worker's, and no user is set, since Lambda sets its own."""
    assert with_name(instructions, "CMD") == ['["orchestrator.worker.handle"]']
    assert with_name(instructions, "USER") == []


def test_the_engine_is_where_the_worker_looks(instructions: list[str]) -> None:
    """The settings name what is copied from the stage of the engine."""
    from_engine = [copy for copy in with_name(instructions, "COPY") if "--from=engine" in copy]
    copied = [Path(copy.split()[-1]) for copy in from_engine]

    assert Path(settings_of(instructions)["HOIST_ENGINE"]).parent in copied
    assert Path(settings_of(instructions)["HOIST_PLUGINS"]) in copied


def test_only_tmp_is_written_to(instructions: list[str]) -> None:
    """Lambda mounts the image read-only: homes are below /tmp, and our code is compiled."""
    settings = settings_of(instructions)

    assert settings["HOME"] == "/tmp"
    assert Path(settings["PULUMI_HOME"]).is_relative_to("/tmp")
    [compiles] = [run for run in with_name(instructions, "RUN") if "compileall" in run]
    assert {'"${LAMBDA_TASK_ROOT}/hoist"', '"${LAMBDA_TASK_ROOT}/orchestrator"'} <= set(
        compiles.split()
    )


def test_code_is_compiled(instructions: list[str], context: Path, tmp_path: Path) -> None:
    """The line that compiles, run on what is laid out, leaves no module to be compiled later."""
    root = tmp_path / "task"
    for package in ("hoist", "orchestrator"):
        shutil.copytree(context / package, root / package)
    [compiles] = [run for run in with_name(instructions, "RUN") if "compileall" in run]
    environment = {"PATH": str(Path(sys.executable).parent), "LAMBDA_TASK_ROOT": str(root)}

    subprocess.run(["/bin/sh", "-ec", compiles], env=environment, check=True)

    sources = list(root.rglob("*.py"))
    assert sources
    assert len(list(root.rglob("*.pyc"))) == len(sources)


@pytest.mark.parametrize(("machine", "engines_word"), [("arm64", "arm64"), ("amd64", "x64")])
def test_downloads_are_those_of_the_releases(
    instructions: list[str], tmp_path: Path, machine: str, engines_word: str
) -> None:
    """The shell lines of the engine's stage, run, ask for what Pulumi's releases have."""
    tools = RecordingTools(tmp_path)
    tools.add("python")
    arguments = dict(arg.split("=", 1) for arg in with_name(instructions, "ARG") if "=" in arg)

    for line in (run for run in with_name(instructions, "RUN") if "release_download" in run):
        # The engine is not there, so its own check is left out.
        command = line.partition(" && test ")[0]
        environment = {**arguments, **tools.environment(), "TARGETARCH": machine}
        subprocess.run(["/bin/sh", "-ec", command], env=environment, check=True)

    engine, plugin = (run.arguments[1:] for run in tools.ran)
    version, plugin_version = arguments["ENGINE_VERSION"], arguments["PLUGIN_VERSION"]
    of_engine = f"https://github.com/pulumi/pulumi/releases/download/v{version}"
    of_plugin = f"https://github.com/pulumi/pulumi-aws/releases/download/v{plugin_version}"
    plugins = settings_of(instructions)["HOIST_PLUGINS"]
    assert engine == [
        f"{of_engine}/pulumi-v{version}-linux-{engines_word}.tar.gz",
        f"{of_engine}/pulumi-{version}-checksums.txt",
        "pulumi/pulumi",
        settings_of(instructions)["HOIST_ENGINE"],
    ]
    assert plugin == [
        f"{of_plugin}/pulumi-resource-aws-v{plugin_version}-linux-{machine}.tar.gz",
        f"{of_plugin}/pulumi-aws_{plugin_version}_checksums.txt",
        "pulumi-resource-aws",
        f"{plugins}/resource-aws-v{plugin_version}/pulumi-resource-aws",
    ]


def test_hashes_are_required(instructions: list[str]) -> None:
    """pip installs what the lock file pins, each package by its hash."""
    [install] = [run for run in with_name(instructions, "RUN") if run.startswith("pip ")]

    assert "--require-hashes" in install
    assert "--no-deps" in install


def test_versions_are_those_of_the_locks(instructions: list[str]) -> None:
    """Engine and plugin are the versions that the laptop and the program use."""
    text = "\n".join(instructions)
    go_module = (REPOSITORY / "infra" / "engine" / "go.mod").read_text()
    pinned = (REPOSITORY / "requirements" / "worker.txt").read_text()

    [engine] = re.findall(r"^ARG ENGINE_VERSION=(\S+)$", text, re.MULTILINE)
    [plugin] = re.findall(r"^ARG PLUGIN_VERSION=(\S+)$", text, re.MULTILINE)
    assert f"github.com/pulumi/pulumi/pkg/v3 v{engine} " in go_module
    assert re.search(rf"^pulumi-aws=={re.escape(plugin)} ", pinned, re.MULTILINE)
