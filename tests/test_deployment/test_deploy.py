"""What comes before Hoist's own stack, and the command as a whole, as far as refusals go."""

import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from building.artifacts import Artifacts
from building.build import open_build
from building.image_builder import find_image_builder
from building.installed_packages import InstalledPackages
from deployment.aws_cli import find_aws_cli
from deployment.cli import deploy
from deployment.deploy import Prepared, Tools, prepare
from deployment.target import DeploymentTarget
from deployment.worker_image import image_tag
from hoist.cli.context import CliContext
from hoist.cli.door import run_command
from hoist.cli.exit_codes import ExitCode
from hoist.clock import SystemClock
from local.bootstrap.template import parse_template
from local.progress import SilentProgress
from recording_tools import RecordingTools
from storages import AwsPlace, moto_place

REPOSITORY = Path(__file__).resolve().parents[2]
USER = "arn:aws:iam::111122223333:user/ada"
DIGEST = f"sha256:{'ab' * 32}"
REGISTRY = "111122223333.dkr.ecr.eu-central-1.amazonaws.com/hoist-dev-worker"


@pytest.fixture
def tools(tmp_path: Path) -> RecordingTools:
    """An account, as far as `aws` tells of it, and Docker."""
    directory = tmp_path / "tools"
    directory.mkdir()
    tools = RecordingTools(directory)
    tools.add("aws", "docker")
    tools.answer("aws", "get-caller-identity", {"Account": "111122223333", "Arn": USER})
    tools.answer("aws", "export-credentials", {"AccessKeyId": "AK", "SecretAccessKey": "SK"})
    return tools


@pytest.fixture
def place() -> Iterator[AwsPlace]:
    with moto_place() as place:
        yield place


@pytest.mark.thorough
def test_all_that_own_stack_is_told(tools: RecordingTools, place: AwsPlace, tmp_path: Path) -> None:
    """The config names the bootstrap's outputs, packages that are in the bucket then, and the image
    by its digest: with it, the program has everything but what has a default.
    """
    template = parse_template((REPOSITORY / "infra" / "bootstrap" / "template.yaml").read_text())
    made = {name: f"<{name}>" for name in template["Outputs"]}
    made |= {"StateBucket": place.bucket, "WorkerRepository": REGISTRY}
    tools.answer(
        "aws", "describe-stacks", [{"OutputKey": k, "OutputValue": v} for k, v in made.items()]
    )

    prepared = prepared_with(tools, tmp_path / "build")

    packages = {key: value for key, value in prepared.config.items() if value.endswith(".zip")}
    assert set(packages) == {
        "hoist:apiPackage",
        "hoist:healthPackage",
        "hoist:rotationPackage",
        "hoist:sharedLayer",
        "hoist:dependenciesLayer",
    }
    listed = place.s3.list_objects_v2(Bucket=place.bucket)["Contents"]
    assert {each["Key"] for each in listed} == set(packages.values())
    assert prepared.config["hoist:workerImage"] == f"{REGISTRY}@{DIGEST}"
    assert prepared.config["hoist:signingKeyArn"] == "<SigningKeyArn>"
    assert prepared.credentials.access_key_id == "AK"


def prepared_with(tools: RecordingTools, build_directory: Path) -> Prepared:
    """Prepared with what is installed here, in place of wheels for Lambda."""
    environment = tools.environment()
    aws = find_aws_cli(environment, region="eu-central-1")
    with open_build(build_directory) as build:
        laid_out = build.stage(Artifacts(REPOSITORY).worker_image())
    tag = image_tag(laid_out.fingerprint, "")
    tools.answer("aws", "list-images", [{"imageDigest": DIGEST, "imageTag": tag}])
    return prepare(
        DeploymentTarget("dev", "eu-central-1", "111122223333", USER),
        Tools(
            aws=aws,
            builder=find_image_builder(environment),
            dependencies=InstalledPackages(),
            progress=SilentProgress(),
        ),
        repository=REPOSITORY,
        build_directory=build_directory,
    )


@pytest.mark.parametrize(
    ("arguments", "environ", "words"),
    [
        ((), {}, "ENVIRONMENT"),
        (("local", "--yes"), {"AWS_REGION": "eu-west-1"}, "the local AWS"),
        (("dev", "--yes"), {}, "set AWS_REGION"),
        (
            ("dev", "--yes"),
            {"AWS_REGION": "eu-west-1", "AWS_ENDPOINT_URL": "http://127.0.0.1:1"},
            "would not reach AWS",
        ),
    ],
)
def test_refusals_come_first(
    tools: RecordingTools,
    capsys: pytest.CaptureFixture[str],
    arguments: tuple[str, ...],
    environ: Mapping[str, str],
    words: str,
) -> None:
    """What is wrong with the command is told before anything is asked of anybody."""
    context = CliContext(environ=tools.environment(**environ), clock=SystemClock())

    assert run_command(deploy, arguments, context) == ExitCode.USAGE

    assert words in capsys.readouterr().err
    assert tools.ran == []


def test_what_it_needs_is_looked_for_first(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without a builder of images nothing is made."""
    tools = RecordingTools(tmp_path)
    tools.add("aws")
    context = CliContext(environ=tools.environment(AWS_REGION="eu-west-1"), clock=SystemClock())

    assert run_command(deploy, ["dev", "--yes"], context) == ExitCode.ENVIRONMENT_FAULT

    assert "install Docker" in capsys.readouterr().err
    assert tools.ran == []


def test_it_asks(tools: RecordingTools) -> None:
    """Account, region and identity are in the question; without an answer nothing is made."""
    asked = subprocess.run(
        [sys.executable, "-m", "deployment", "dev"],
        env=tools.environment(AWS_REGION="eu-west-1"),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )

    assert asked.returncode == ExitCode.CANCELLED
    assert all(word in asked.stderr for word in ("hoist-dev", "111122223333", "eu-west-1", USER))
    assert [run.arguments[0] for run in tools.ran] == ["sts"]


def test_a_failed_bootstrap_ends_it(tools: RecordingTools) -> None:
    """What CloudFormation refuses is the end, with the code of an environment's fault."""
    tools.answer("aws", "cloudformation deploy", status=255)
    context = CliContext(environ=tools.environment(AWS_REGION="eu-west-1"), clock=SystemClock())

    assert run_command(deploy, ["dev", "--yes"], context) == ExitCode.ENVIRONMENT_FAULT

    assert [run.arguments[:2] for run in tools.ran] == [
        ["sts", "get-caller-identity"],
        ["cloudformation", "deploy"],
    ]
