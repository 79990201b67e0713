"""The worker's image, as far as it can be seen without building it."""

import re
from pathlib import Path

import pytest

from building.artifacts import Artifacts
from building.build import Build

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
    [settings] = with_name(instructions, "ENV")
    from_engine = [copy for copy in with_name(instructions, "COPY") if "--from=engine" in copy]

    assert settings == "HOIST_ENGINE=/opt/pulumi/bin/pulumi HOIST_PLUGINS=/opt/pulumi/plugins"
    assert [copy.split()[-1].rstrip("/") for copy in from_engine] == [
        "/opt/pulumi/bin/pulumi",
        "/opt/pulumi/plugins",
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

    [engine] = re.findall(r"^ARG ENGINE=\S+/pulumi-base:(\S+)$", text, re.MULTILINE)
    [plugin] = re.findall(r"plugin install resource aws (\S+)", text)
    assert f"github.com/pulumi/pulumi/pkg/v3 v{engine} " in go_module
    assert re.search(rf"^pulumi-aws=={re.escape(plugin)} ", pinned, re.MULTILINE)
