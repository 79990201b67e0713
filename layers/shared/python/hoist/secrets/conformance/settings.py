"""Whether to run the cases on AWS, read from the environment: it costs money and takes its time.

HOIST_CONFORMANCE_REGION             the region; unset, the cases do not run on AWS
HOIST_CONFORMANCE_FUNCTION           ARN of a function that Secrets Manager may invoke; it fails
HOIST_CONFORMANCE_MISSING_FUNCTION   ARN of one that it may not invoke, or that is not there
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class AwsConformanceSettings:
    """Where on AWS the cases run."""

    region: str
    function_arn: str
    missing_function_arn: str

    @classmethod
    def from_environment(cls, environ: Mapping[str, str]) -> "AwsConformanceSettings | None":
        """None unless all three are set."""
        names = ("REGION", "FUNCTION", "MISSING_FUNCTION")
        values = [environ.get(f"HOIST_CONFORMANCE_{name}", "") for name in names]
        return cls(*values) if all(values) else None

    @classmethod
    def of_this_process(cls) -> "AwsConformanceSettings | None":
        return cls.from_environment(os.environ)
