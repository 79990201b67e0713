"""Settings of the local installation, read once from the environment.

HOIST_LOCAL_DIR         where the local AWS keeps its data and logs (default: build/local)
HOIST_LOCAL_PORT        its port on 127.0.0.1 (default: a free one, remembered in that directory)
HOIST_LOCAL_FRONT_PORT  the port of Hoist's API there (default: the same)
XDG_CACHE_HOME          where the engine and the emulator are kept (default: ~/.cache)
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from hoist.aws import AwsCredentials, AwsSettings
from hoist.cli.settings import cache_directory
from hoist.secret import Secret
from local.errors import InvalidSettingError

# What the emulator accepts from anybody: these keys are no secret and open nothing else.
EMULATOR_ACCESS_KEY_ID = "test"
EMULATOR_SECRET_ACCESS_KEY = "test"

# What a program that fetches software (go, pip, pulumi) may see of the caller's environment:
# how to reach the network and its own configuration, and none of the caller's tokens.
_TOOL_NAMES = frozenset(
    {"HOME", "LANG", "LC_ALL", "PATH", "SSL_CERT_DIR", "SSL_CERT_FILE", "TMPDIR", "USER"}
    | {"REQUESTS_CA_BUNDLE", "XDG_CACHE_HOME", "XDG_CONFIG_HOME"}
    | {"HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy"}
)
_TOOL_PREFIXES = ("GO", "PIP_")
_NOT_FOR_TOOLS = ("GOOGLE_",)


@dataclass(frozen=True, slots=True)
class LocalSettings:
    """Where the local installation lives and what it is called."""

    repository: Path
    directory: Path
    cache_directory: Path
    search_path: str
    tool_environment: Mapping[str, str]
    port: int | None = None
    front_port: int | None = None
    account: str = "000000000000"
    region: str = "us-east-1"

    @classmethod
    def from_environment(cls, environ: Mapping[str, str]) -> "LocalSettings":
        """Raises InvalidSettingError naming the setting that cannot be understood."""
        repository = Path(__file__).resolve().parents[2]
        chosen = environ.get("HOIST_LOCAL_DIR", "")
        return cls(
            repository=repository,
            directory=Path(chosen).resolve() if chosen else repository / "build" / "local",
            cache_directory=cache_directory(environ),
            search_path=environ.get("PATH", os.defpath),
            tool_environment=_tool_environment(environ),
            port=_port(environ, "HOIST_LOCAL_PORT"),
            front_port=_port(environ, "HOIST_LOCAL_FRONT_PORT"),
        )

    @classmethod
    def of_this_process(cls) -> "LocalSettings":
        """The settings in the environment of this very process."""
        return cls.from_environment(os.environ)

    @property
    def is_default_directory(self) -> bool:
        return self.directory == self.repository / "build" / "local"

    @property
    def aws_credentials(self) -> AwsCredentials:
        return AwsCredentials(EMULATOR_ACCESS_KEY_ID, Secret(EMULATOR_SECRET_ACCESS_KEY))

    def aws_settings(self, endpoint_url: str) -> AwsSettings:
        """With these, our own AWS clients can only reach the local AWS."""
        return AwsSettings(self.region, endpoint_url, self.aws_credentials)

    def aws_environment(self, endpoint_url: str) -> dict[str, str]:
        """The standard settings with which any AWS client talks to the local AWS."""
        return {
            **self.aws_settings(endpoint_url).as_environment(),
            "AWS_ACCESS_KEY_ID": EMULATOR_ACCESS_KEY_ID,
            "AWS_SECRET_ACCESS_KEY": EMULATOR_SECRET_ACCESS_KEY,
        }


def _port(environ: Mapping[str, str], name: str) -> int | None:
    text = environ.get(name, "")
    if not text:
        return None
    if not text.isascii() or not text.isdigit() or not 0 < int(text) < 65536:
        raise InvalidSettingError(
            f"{name} is {text!r}, which is not a port",
            way_out="set it to a number from 1 to 65535, or unset it for a free port",
        )
    return int(text)


def _tool_environment(environ: Mapping[str, str]) -> dict[str, str]:
    return {
        name: value
        for name, value in environ.items()
        if name in _TOOL_NAMES
        or (name.startswith(_TOOL_PREFIXES) and not name.startswith(_NOT_FOR_TOOLS))
    }
