"""Connections to servers that the user has signed in to."""

from hoist.access.errors import TokenInvalidError
from hoist.access.tokens import AccessToken, parse_token
from hoist.cli.context import CliContext
from hoist.cli.server.address import SERVER_VARIABLE, ServerAddress, server_address
from hoist.cli.server.connection import ServerConnection
from hoist.cli.server.credentials import BearerToken
from hoist.cli.server.errors import NotAllowedError
from hoist.cli.server.saved_tokens import SavedTokens
from hoist.cli.server.settings import TOKEN_VARIABLE, take_token
from hoist.secret import Secret


class NotSignedInError(NotAllowedError):
    """There is no token for the server that could be sent to it."""

    code = "not_signed_in"

    def __init__(self, fault: str, server: str) -> None:
        super().__init__(fault, way_out=f"`hoist login {server}`")


def signed_in_connection(context: CliContext, server: str) -> ServerConnection:
    """To the server that `--server` names, as `server_address` finds it, with the user's token.

    Raises the errors of `server_address`, NotSignedInError and CredentialsFileError; asks the
    server nothing yet.
    """
    address = server_address(server, context.environ)
    return ServerConnection(address, BearerToken(_token_for(address, context)))


def _token_for(address: ServerAddress, context: CliContext) -> AccessToken:
    given = take_token(context.environ)
    # It goes to the server that was named beside it, and not to any that an option names.
    if given is not None and context.environ.get(SERVER_VARIABLE, "").rstrip("/") == address.url:
        return _checked(given, address)
    return _saved(address, context)


def _checked(given: Secret, address: ServerAddress) -> AccessToken:
    try:
        return parse_token(given)
    except TokenInvalidError as error:
        raise NotSignedInError(f"{TOKEN_VARIABLE}: {error.message}", address.url) from error


def _saved(address: ServerAddress, context: CliContext) -> AccessToken:
    saved = SavedTokens.of(context.environ).find(address.url)
    if saved is None:
        raise NotSignedInError(f"you are not signed in to {address.url}", address.url)
    if saved.is_expired(context.clock.now()):
        raise NotSignedInError(f"your token for {address.url} has expired", address.url)
    return saved.token
