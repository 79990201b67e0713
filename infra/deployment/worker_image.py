"""The worker's image in the bootstrap's repository, named by its digest."""

import hashlib

from building.build import StagedTree
from building.image_builder import ImageBuilder
from building.pip_packages import Machine
from deployment.aws_cli import AwsCli
from deployment.errors import ImageNotFoundError

# That of infra/components/runtime.py.
MACHINE = Machine.ARM64
_TAG_CHARACTERS = 32
# ECR's name for whoever has a password from it.
_USER = "AWS"


def publish_image(
    laid_out: StagedTree, repository: str, *, builder: ImageBuilder, aws: AwsCli, runtime: str = ""
) -> str:
    """`<repository>@<digest>` of the image that is made in this directory.

    Its tag is what goes into it, so that one that is there already is neither built nor pushed.
    Another base counts only where `runtime` names it. Raises ImageNotBuiltError,
    AwsCallFailedError, ImageNotFoundError.
    """
    tag = image_tag(laid_out.fingerprint, runtime)
    if (digest := _digest(repository, tag, aws)) is None:
        name = f"{repository}:{tag}"
        builder.build(laid_out.path, machine=MACHINE, tag=name, runtime=runtime)
        password = aws.secret("ecr", "get-login-password")
        builder.sign_in(repository.partition("/")[0], user=_USER, password=password)
        builder.push(name)
        digest = _digest(repository, tag, aws)
    if digest is None:
        raise ImageNotFoundError(repository, tag)
    return f"{repository}@{digest}"


def image_tag(fingerprint: str, runtime: str) -> str:
    """Changes with the directory and with the base."""
    return hashlib.sha256(f"{fingerprint}\0{runtime}".encode()).hexdigest()[:_TAG_CHARACTERS]


def _digest(repository: str, tag: str, aws: AwsCli) -> str | None:
    images = aws.answer(
        *("ecr", "list-images", "--repository-name", repository.partition("/")[2]),
        *("--filter", "tagStatus=TAGGED", "--query", "imageIds"),
    )
    digests = (str(image["imageDigest"]) for image in images if image.get("imageTag") == tag)
    return next(digests, None)
