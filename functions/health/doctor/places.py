"""Which AWS is meant: the account of the caller's own credentials, or the local one."""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module

from health.dependencies.installation import environment_of, installation_of
from hoist.aws import AwsSettings

INSTALLATION_VARIABLE = "HOIST_INSTALLATION"
# As the bootstrap template has it.
DEFAULT_ENVIRONMENT = "dev"


@dataclass(frozen=True, slots=True, kw_only=True)
class Patient:
    """The installation that is looked at, and where it is, or would be."""

    installation: str
    aws: AwsSettings
    is_local: bool = False

    @property
    def environment(self) -> str:
        return environment_of(self.installation)

    @property
    def bootstrap_stack(self) -> str:
        """As the bootstrap template wants it named."""
        return f"{self.installation}-bootstrap"


def patient_on_aws(environ: Mapping[str, str], *, installation: str, region: str) -> Patient:
    """Credentials, and the region if none is named, are found as every AWS SDK finds them."""
    named = installation or environ.get(INSTALLATION_VARIABLE, "") or DEFAULT_ENVIRONMENT
    settings = AwsSettings(
        region=region or environ.get("AWS_REGION") or None,
        endpoint_url=environ.get("AWS_ENDPOINT_URL") or None,
    )
    return Patient(installation=installation_of(named), aws=settings)


def local_patient(environ: Mapping[str, str]) -> Patient:
    """The local installation; raises EmulatorNotRunningError, EmulatorNotAnsweringError."""
    # By name: the local installation is built on this package, and may be absent.
    settings = import_module("local.settings").LocalSettings.from_environment(environ)
    running = import_module("local.emulator_status").running_emulator(settings)
    environment = import_module("local.emulator_bootstrap").ENVIRONMENT
    return Patient(
        installation=installation_of(environment),
        aws=settings.aws_settings(running.endpoint_url),
        is_local=True,
    )
