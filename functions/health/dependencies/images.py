"""Images in ECR: whether what a function was made from is still there."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from botocore.exceptions import ClientError

from health.dependencies.answers import aws_answers, error_code
from health.dependencies.deployed_function import Image

ACTION = "ecr:DescribeImages"
PRESENT = "present"
GONE = "gone"
_GONE = frozenset({"ImageNotFoundException", "RepositoryNotFoundException"})


@dataclass(frozen=True, slots=True)
class Images:
    """The registries that this role may read."""

    client: Any
    """Untyped: this module alone says which calls it makes of it."""

    def finder(self, image: Image) -> Callable[[], str]:
        """A look for one image: PRESENT or GONE; raises LookErrors."""
        return partial(self._find, image)

    def _find(self, image: Image) -> str:
        with aws_answers(ACTION, image.repository):
            try:
                self.client.describe_images(
                    registryId=image.registry,
                    repositoryName=image.repository,
                    imageIds=[{"imageDigest": f"sha256:{image.digest}"}],
                )
            except ClientError as error:
                if error_code(error) in _GONE:
                    return GONE
                raise
        return PRESENT
