"""Where the Hoist server is."""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from urllib.parse import SplitResult, urlsplit

from hoist.cli.server.errors import ServerAddressError

SERVER_VARIABLE = "HOIST_SERVER"
_LOOPBACK_HOSTS = frozenset({"127.0.0.1", "localhost"})


@dataclass(frozen=True, slots=True)
class ServerAddress:
    """The URL below which the API is, without a slash at its end."""

    url: str

    @property
    def is_this_machine(self) -> bool:
        return urlsplit(self.url).hostname in _LOOPBACK_HOSTS


def server_address(option: str, environ: Mapping[str, str]) -> ServerAddress:
    """The server that `--server` names, else HOIST_SERVER, else the local installation's front.

    Raises ServerAddressError, and where there is no local front, its error.
    """
    named = option or environ.get(SERVER_VARIABLE, "")
    return checked_address(named) if named else _local_front(environ)


def checked_address(url: str) -> ServerAddress:
    """The address; raises ServerAddressError for one that is no URL, or open to eavesdroppers."""
    try:
        parts = urlsplit(url)
        is_whole = bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        is_whole = False
    # What stands before an @ may be a password, so the URL is not repeated then.
    if not is_whole or "@" in parts.netloc or parts.query or parts.fragment:
        raise ServerAddressError(
            "the server's address is no URL of the form https://host/path",
            way_out=f"correct --server or {SERVER_VARIABLE}; without both it is the local one",
        )
    if not is_private(parts):
        raise ServerAddressError(
            f"{url} would carry config and secrets in the clear",
            way_out="use https://; http:// is for 127.0.0.1 and localhost alone",
        )
    return ServerAddress(url.rstrip("/"))


def is_private(parts: SplitResult) -> bool:
    """Whether nobody between here and there can read along."""
    is_loopback = parts.scheme == "http" and parts.hostname in _LOOPBACK_HOSTS
    return parts.scheme == "https" or is_loopback


def _local_front(environ: Mapping[str, str]) -> ServerAddress:
    # By name: the local installation is built on this package, and may be absent.
    front = import_module("local.front.running")
    return ServerAddress(front.front_url(environ))
