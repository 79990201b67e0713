"""The worker's image in its repository, as far as what is asked for goes."""

from pathlib import Path

import pytest

from building.artifacts import Artifact
from building.build import StagedTree
from building.image_builder import find_image_builder
from components.runtime import ARCHITECTURE
from deployment.aws_cli import find_aws_cli
from deployment.errors import ImageNotFoundError
from deployment.worker_image import MACHINE, image_tag, publish_image
from recording_tools import RecordingTools

REPOSITORY = "111122223333.dkr.ecr.eu-west-1.amazonaws.com/hoist-dev-worker"
DIGEST = f"sha256:{'ab' * 32}"
LAID_OUT = StagedTree(Artifact("image", "image", ()), Path("laid-out"), "f00d", 1)


@pytest.fixture
def tools(tmp_path: Path) -> RecordingTools:
    tools = RecordingTools(tmp_path)
    tools.add("aws", "docker")
    return tools


def publish(tools: RecordingTools) -> str:
    environment = tools.environment()
    aws = find_aws_cli(environment, region="eu-west-1")
    return publish_image(LAID_OUT, REPOSITORY, builder=find_image_builder(environment), aws=aws)


def test_one_that_is_there_is_taken(tools: RecordingTools) -> None:
    """Neither built nor pushed: it is named by its digest."""
    tag = image_tag(LAID_OUT.fingerprint, "")
    others = [{"imageDigest": "sha256:00"}, {"imageDigest": "sha256:11", "imageTag": "other"}]
    tools.answer("aws", "list-images", [*others, {"imageDigest": DIGEST, "imageTag": tag}])

    assert publish(tools) == f"{REPOSITORY}@{DIGEST}"

    assert [run.program for run in tools.ran] == ["aws"]
    assert "hoist-dev-worker" in tools.ran[0].arguments


def test_a_missing_one_is_built_and_pushed(tools: RecordingTools) -> None:
    """Built, signed in with a password that is typed, pushed; then the repository is asked."""
    tools.answer("aws", "list-images", [])
    tools.answer("aws", "get-login-password", "pw")

    with pytest.raises(ImageNotFoundError, match="hoist-dev-worker has no image"):
        publish(tools)

    name = f"{REPOSITORY}:{image_tag(LAID_OUT.fingerprint, '')}"
    verbs = [(run.program, run.arguments[:2]) for run in tools.ran]
    assert verbs == [
        ("aws", ["ecr", "list-images"]),
        ("docker", ["build", "--platform"]),
        ("aws", ["ecr", "get-login-password"]),
        ("docker", ["login", "--username"]),
        ("docker", ["push", name]),
        ("aws", ["ecr", "list-images"]),
    ]
    [sign_in] = [run for run in tools.ran if run.arguments[0] == "login"]
    assert sign_in.typed == "pw"
    assert sign_in.arguments[-1] == REPOSITORY.partition("/")[0]
    assert "pw" not in [word for run in tools.ran for word in run.arguments]


def test_the_tag_is_what_goes_in() -> None:
    """Another directory, or another base, is another tag."""
    tags = {image_tag("a", ""), image_tag("b", ""), image_tag("a", "base@sha256:00")}

    assert len(tags) == 3
    assert image_tag("a", "") in tags


def test_it_is_for_the_functions_machine() -> None:
    """Image and functions are of one architecture."""
    assert MACHINE.name.lower() == ARCHITECTURE
