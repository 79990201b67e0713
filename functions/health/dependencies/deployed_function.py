"""A deployed function: what infra says that it runs, and what Lambda says that it does."""

import base64
import binascii
import re
from collections.abc import Mapping
from dataclasses import dataclass
from shlex import join
from typing import TYPE_CHECKING, Any

from health.dependencies.answers import aws_answers

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient

ACTION = "lambda:GetFunction"

# As infra/components/release.py writes it into a function's description.
_DESCRIPTION = re.compile(r"release (?P<release>[0-9a-f]{12}) of (?P<source>\S+)", re.ASCII)
_PACKAGE = re.compile(
    r"s3://(?P<bucket>[^/]+)/(?P<key>\S*-(?P<digest>[0-9a-f]{64})\.zip)", re.ASCII
)
_IMAGE = re.compile(r"(?P<repository>\S+)@sha256:(?P<digest>[0-9a-f]{64})", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """What infra deployed to a function."""

    id: str
    """The same for all functions that were deployed together."""
    digest: str
    """SHA-256 of the package or the image, in hex."""
    code_arguments: tuple[str, ...]
    """What `aws lambda update-function-code` takes to put it there again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeployedFunction:
    """A function as Lambda describes it."""

    name: str
    state: str
    state_reason: str
    last_update: str
    last_update_reason: str
    runtime: str
    """Empty for an image."""
    architecture: str
    digest: str
    """SHA-256 of what it runs, in hex."""
    image: "Image | None"
    release: Release | None
    """None if its description is not infra's."""

    @property
    def query(self) -> str:
        return join(("aws", "lambda", "get-function", "--function-name", self.name))


@dataclass(frozen=True, slots=True)
class Image:
    """An image by its registry's id, its repository there, and its digest."""

    registry: str
    repository: str
    digest: str


def describe_function(client: "LambdaClient", name: str) -> DeployedFunction:
    """The function of this name; raises DependencyAbsentError and LookErrors."""
    with aws_answers(ACTION, name):
        answer: Mapping[str, Any] = client.get_function(FunctionName=name)
    told: Mapping[str, Any] = answer["Configuration"]
    uri = str(answer.get("Code", {}).get("ResolvedImageUri", ""))
    image = image_in(uri)
    return DeployedFunction(
        name=name,
        state=told.get("State", ""),
        state_reason=told.get("StateReasonCode", ""),
        last_update=told.get("LastUpdateStatus", ""),
        last_update_reason=told.get("LastUpdateStatusReasonCode", ""),
        runtime=told.get("Runtime", ""),
        architecture=(told.get("Architectures") or [""])[0],
        digest=image.digest if image else hex_digest(told.get("CodeSha256", "")),
        image=image,
        release=release_in(told.get("Description", "")),
    )


def release_in(description: str) -> Release | None:
    """What a description tells; None if infra did not write it."""
    found = _DESCRIPTION.fullmatch(description)
    if not found:
        return None
    source = found["source"]
    if package := _PACKAGE.fullmatch(source):
        place = ("--s3-bucket", package["bucket"], "--s3-key", package["key"])
        return Release(id=found["release"], digest=package["digest"], code_arguments=place)
    if image := _IMAGE.fullmatch(source):
        uri = ("--image-uri", source)
        return Release(id=found["release"], digest=image["digest"], code_arguments=uri)
    return None


def image_in(uri: str) -> Image | None:
    """`<account>.dkr.ecr.<region>.<domain>/<repository>@sha256:<digest>`; None for any other."""
    found = _IMAGE.fullmatch(uri)
    registry, _, repository = found["repository"].partition("/") if found else ("", "", "")
    if not found or not registry or not repository:
        return None
    return Image(registry.partition(".")[0], repository, found["digest"])


def hex_digest(code_sha256: str) -> str:
    """Lambda tells digests in base64; empty for what is none."""
    try:
        return base64.b64decode(code_sha256, validate=True).hex()
    except (binascii.Error, ValueError):
        return ""
