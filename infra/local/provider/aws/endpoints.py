"""Where the calls go: to this machine, or the provider does nothing."""

import ipaddress
from collections.abc import Mapping
from urllib.parse import urlsplit

from local.provider.errors import ConfigRefusedError

# Service as botocore calls it, and as the `endpoints` setting does.
SERVICES = (
    "s3",
    "dynamodb",
    "kms",
    "sqs",
    "iam",
    "logs",
    "sts",
    "lambda",
    "apigateway",
    "events",
    "cloudwatch",
    "secretsmanager",
)

WAY_OUT = "start the emulator with `hoist local up`, or use the real aws plugin for AWS"


def find_endpoints(given: Mapping[str, str], environment: Mapping[str, str]) -> Mapping[str, str]:
    """An endpoint for every service: the one given, else the environment's for it or for all.

    Raises ConfigRefusedError if there is none, or if any of them, also of services that are never
    called, is not on the loopback interface.
    """
    fallback = environment.get("AWS_ENDPOINT_URL", "")
    found = {
        service: given.get(service)
        or environment.get(f"AWS_ENDPOINT_URL_{service.upper()}")
        or fallback
        for service in SERVICES
    }
    for service, url in {**given, **found}.items():
        _require_loopback(service, url)
    return found


def is_loopback(url: str) -> bool:
    """Whether the URL's host can only be this machine, whoever reads the URL."""
    # What stands before an @, or behind a backslash, is the host to some and not to others.
    if "@" in url or "\\" in url:
        return False
    try:
        host = urlsplit(url).hostname or ""
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _require_loopback(service: str, url: str) -> None:
    if not url:
        raise ConfigRefusedError(f"no endpoint is set for {service}", way_out=WAY_OUT)
    if not is_loopback(url):
        # Not quoted: a URL may hold a password.
        raise ConfigRefusedError(
            f"the endpoint for {service} is not on this machine, and this provider is for an"
            " emulator only",
            way_out=WAY_OUT,
        )
