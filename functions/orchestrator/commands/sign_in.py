"""Signing in: AWS credentials are exchanged for a token, which is kept for the user."""

from collections.abc import Mapping

from hoist.access.errors import TokenInvalidError
from hoist.access.tokens import parse_token
from hoist.cli.server.address import ServerAddress
from hoist.cli.server.connection import ServerConnection
from hoist.cli.server.errors import ServerAnswerError
from hoist.cli.server.saved_tokens import SavedToken, SavedTokens
from hoist.secret import Secret
from orchestrator.commands.pulumi_credentials import PulumiCredentials
from orchestrator.commands.server.answers import IssuedToken
from orchestrator.commands.server.api import HoistApi

Wish = Mapping[str, str | int]
"""What the token shall be good for, as the API takes it; empty is for all that one may."""


def sign_in(
    address: ServerAddress, environ: Mapping[str, str], wish: Wish, *, for_pulumi: bool = False
) -> IssuedToken:
    """Get a token from the server, in place of an earlier one.

    With `for_pulumi`, the Pulumi CLI gets it as well. Raises SigningError, CredentialsFileError,
    PulumiCredentialsError, and the errors of `hoist.cli.server.errors`.
    """
    # It loads botocore, which no other command needs.
    from orchestrator.commands.signing import signer_for

    signed = ServerConnection(address, signer_for(address, environ))
    issued = HoistApi(signed).issue_token(wish)
    to_save = _to_save(issued, address)
    SavedTokens.of(environ).save(to_save)
    if for_pulumi:
        PulumiCredentials.of(environ).log_in(address.url, to_save.token)
    return issued


def _to_save(issued: IssuedToken, address: ServerAddress) -> SavedToken:
    try:
        token = parse_token(Secret(issued.token))
    except TokenInvalidError as error:
        raise ServerAnswerError(
            f"{address.url} gave something that is no token of Hoist's",
            way_out="see that the address is right, and that hoist and the server are of one"
            " version",
        ) from error
    return SavedToken(address.url, token, issued.person, issued.expires_at)
