"""`hoist login | logout | whoami`: signing in to a server, and what one may do there."""

import click

from hoist.access.patterns import StackPattern
from hoist.access.permissions import Role
from hoist.cli.ages import in_utc
from hoist.cli.context import CliContext, json_option, print_json
from hoist.cli.server.address import server_address
from hoist.cli.server.connection import ServerConnection
from hoist.cli.server.credentials import BearerToken
from hoist.cli.server.errors import NotAllowedError
from hoist.cli.server.option import server_option
from hoist.cli.server.saved_tokens import SavedToken, SavedTokens
from hoist.cli.server.settings import TOKEN_VARIABLE
from hoist.cli.tables import print_columns
from orchestrator.commands.chosen_stack import server_api
from orchestrator.commands.json_facts import as_json as json_of
from orchestrator.commands.pulumi_credentials import PulumiCredentials
from orchestrator.commands.server.answers import CallerFacts, IssuedToken
from orchestrator.commands.server.api import HoistApi
from orchestrator.commands.sign_in import sign_in

_LONGEST_HOURS = 12
_SECONDS_PER_HOUR = 3600
_server_argument = click.argument("server", metavar="[URL]", default="")


@click.command()
@_server_argument
@click.option(
    "--role", type=click.Choice([str(role) for role in Role]), help="No more than this role may."
)
@click.option("--stacks", metavar="PATTERN", help="Only these stacks, such as 'shop/*'.")
@click.option(
    "--hours", type=click.IntRange(1, _LONGEST_HOURS), help="How long; 8 hours without it."
)
@click.option(
    "--pulumi", "for_pulumi", is_flag=True, help="Have the pulumi command use this server as well."
)
@json_option
@click.pass_obj
def login(
    context: CliContext,
    server: str,
    role: str | None,
    stacks: str | None,
    hours: int | None,
    for_pulumi: bool,
    as_json: bool,
) -> None:
    """Sign in to the server at URL with your AWS credentials.

    They are those that AWS's own tools would use; without URL, the server is the one that commands
    talk to by default. You get a token that may do what your IAM user or role was given there, or
    less of it, and that is kept in a file for your eyes only.
    """
    wish = _wish(role=role, stacks=stacks, hours=hours)
    address = server_address(server, context.environ)
    issued = sign_in(address, context.environ, wish, for_pulumi=for_pulumi)
    if as_json:
        shown = {name: value for name, value in json_of(issued).items() if name != "token"}
        print_json({"server": address.url, **shown})
        return
    print_columns([("server", address.url), *_rows(issued)])
    if for_pulumi:
        click.echo("\n`pulumi` is logged in there too, until then.")


@click.command()
@_server_argument
@json_option
@click.pass_obj
def logout(context: CliContext, server: str, as_json: bool) -> None:
    """Revoke your token for the server at URL, and delete it here."""
    address = server_address(server, context.environ)
    tokens = SavedTokens.of(context.environ)
    saved = tokens.find(address.url)
    if saved is not None:
        _revoke(saved, ServerConnection(address, BearerToken(saved.token)))
        tokens.forget(address.url)
        PulumiCredentials.of(context.environ).log_out(address.url, saved.token)
    if as_json:
        print_json({"server": address.url, "was_signed_in": saved is not None})
        return
    click.echo(f"{'Signed out of' if saved else 'You were not signed in to'} {address.url}.")
    if context.environ.get(TOKEN_VARIABLE):
        click.echo(f"{TOKEN_VARIABLE} is set, and stays good.", err=True)


@click.command()
@server_option
@json_option
@click.pass_obj
def whoami(context: CliContext, server: str, as_json: bool) -> None:
    """Print who you are to the server, and what your token is good for."""
    found = server_api(context, server).caller()
    if as_json:
        print_json(json_of(found))
        return
    print_columns(_rows(found))


def _wish(*, role: str | None, stacks: str | None, hours: int | None) -> dict[str, str | int]:
    """What is asked of the server; raises StackPatternError before anything is sent."""
    wish: dict[str, str | int] = {}
    if role:
        wish["role"] = role
    if stacks is not None:
        wish["stacks"] = str(StackPattern.parse(stacks))
    if hours:
        wish["lifetime_seconds"] = hours * _SECONDS_PER_HOUR
    return wish


def _revoke(saved: SavedToken, connection: ServerConnection) -> None:
    try:
        HoistApi(connection).revoke_token(saved.token.id)
    except NotAllowedError:
        # It is good for nothing any more, which is what was wanted.
        return


def _rows(found: CallerFacts | IssuedToken) -> list[tuple[str, str]]:
    rows = [
        ("person", found.person),
        ("roles", ", ".join(map(str, found.grants))),
        ("until", f"{in_utc(found.expires_at)} UTC"),
    ]
    narrowed = str(found.limit) != f"{Role.ADMIN} on {StackPattern()}"
    return [*rows, ("no more than", str(found.limit))] if narrowed else rows
