"""The owner of a local installation is signed in to it by its own key pair, without being asked."""

from collections.abc import Mapping
from contextlib import suppress

from hoist.cli.server.address import ServerAddress
from hoist.cli.server.errors import ServerFaultError
from hoist.cli.server.saved_tokens import SavedTokens
from local.front.running import recorded_front
from local.settings import LocalSettings
from orchestrator.commands.sign_in import sign_in


def sign_in_locally(settings: LocalSettings, environ: Mapping[str, str]) -> str:
    """Sign the user in to the front that runs; who they are there, or nothing if none runs.

    Raises the errors of `sign_in`.
    """
    found = recorded_front(settings.directory)
    if found is None:
        return ""
    return sign_in(ServerAddress(found[0].url), environ, {}).person


def sign_in_if_deployed(settings: LocalSettings, environ: Mapping[str, str]) -> str:
    """The same, or nothing where the front has no Hoist behind it yet."""
    with suppress(ServerFaultError):
        return sign_in_locally(settings, environ)
    return ""


def forget_sign_in(url: str, environ: Mapping[str, str]) -> None:
    """Delete the token for an installation that is no more. Raises CredentialsFileError."""
    SavedTokens.of(environ).forget(url)
