"""Settings of the rotation function, read once from the environment.

AWS_REGION          where the secrets are; Lambda sets it
AWS_ENDPOINT_URL    another endpoint for all of AWS, such as the local one's
HOIST_ROTATION_POSTGRES_CA_FILE
                    authorities, in PEM, of PostgreSQL servers whose secret names none; without it
                    those of the system
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass

from hoist.aws import AwsSettings


@dataclass(frozen=True, slots=True)
class RotationSettings:
    """What the function is told from outside."""

    aws: AwsSettings = AwsSettings()
    postgres_authorities_file: str = ""

    @classmethod
    def from_environment(cls, environ: Mapping[str, str]) -> "RotationSettings":
        """What is absent, boto3 finds by its own rules."""
        region, endpoint = environ.get("AWS_REGION"), environ.get("AWS_ENDPOINT_URL")
        return cls(
            AwsSettings(region=region or None, endpoint_url=endpoint or None),
            postgres_authorities_file=environ.get("HOIST_ROTATION_POSTGRES_CA_FILE", ""),
        )

    @classmethod
    def of_this_process(cls) -> "RotationSettings":
        """The settings in the environment of this very process."""
        return cls.from_environment(os.environ)
