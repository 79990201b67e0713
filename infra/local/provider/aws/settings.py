"""The provider's configuration: from the stack's config, and from the environment."""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from hoist.aws import AwsCredentials
from local.provider.aws.credentials import find_credentials
from local.provider.aws.endpoints import WAY_OUT, find_endpoints
from local.provider.errors import ConfigRefusedError
from local.provider.values import Properties, reveal

_USED = frozenset({"endpoints", "region", "accessKey", "secretKey", "token", "defaultTags"})
# They spare the real plugin calls that this one never makes, or are what it does anyway.
_WITHOUT_EFFECT = frozenset(
    {
        "version",
        "maxRetries",
        "s3UsePathStyle",
        "skipCredentialsValidation",
        "skipMetadataApiCheck",
        "skipRegionValidation",
        "skipRequestingAccountId",
    }
)


@dataclass(frozen=True, slots=True)
class Settings:
    """The configuration of one provider."""

    endpoints: Mapping[str, str]
    region: str
    credentials: AwsCredentials
    default_tags: Mapping[str, str] = field(default_factory=dict)


def process_environment() -> Mapping[str, str]:
    """The environment of this process, to be read once."""
    return dict(os.environ)


def read_settings(config: Properties, environment: Mapping[str, str]) -> Settings:
    """The settings that the stack's config and the environment give, config first.

    Raises ConfigRefusedError if one is missing, or an endpoint is not on the loopback interface.
    """
    plain = reveal(config)
    _refuse_unknown(plain)
    return Settings(
        endpoints=find_endpoints(_given_endpoints(plain), environment),
        region=_region(plain, environment),
        credentials=find_credentials(plain, environment),
        default_tags=_unpacked(plain, "defaultTags", {}).get("tags") or {},
    )


def _refuse_unknown(config: Properties) -> None:
    given = {
        name
        for name, value in config.items()
        if value is not None and not name.startswith("__")  # the engine's own notes
    }
    unknown = sorted(given - _USED - _WITHOUT_EFFECT)
    if unknown:
        raise ConfigRefusedError(
            f"the aws provider of the emulator does not know the setting {', '.join(unknown)}",
            way_out="remove it for this stack, or use the real aws plugin",
        )


def _region(config: Properties, environment: Mapping[str, str]) -> str:
    region: str | None = (
        config.get("region")
        or environment.get("AWS_REGION")
        or environment.get("AWS_DEFAULT_REGION")
    )
    if not region:
        raise ConfigRefusedError("the aws provider of the emulator has no region", way_out=WAY_OUT)
    return region


def _given_endpoints(config: Properties) -> dict[str, str]:
    # A list of objects, as the real plugin takes it; their order decides.
    merged: dict[str, str] = {}
    for endpoints in _unpacked(config, "endpoints", []):
        merged.update({name: url for name, url in endpoints.items() if url})
    return merged


def _unpacked(config: Properties, name: str, otherwise: Any) -> Any:
    """A setting that is no string comes as a JSON text, or as it is."""
    value = config.get(name)
    if value is None:
        return otherwise
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError:
        sentence = f"the setting {name} of the aws provider is not JSON"
        raise ConfigRefusedError(sentence, way_out="write it as pulumi-aws has it") from None
