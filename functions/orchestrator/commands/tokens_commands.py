"""`hoist tokens`: which tokens there are, and ending one."""

import click

from hoist.access.tokens import is_token_id
from hoist.cli.ages import age, in_utc
from hoist.cli.context import CliContext, json_option, print_json
from hoist.cli.server.option import server_option
from hoist.cli.tables import print_table
from hoist.errors import UsageError
from orchestrator.commands.chosen_stack import server_api
from orchestrator.commands.json_facts import as_json as json_of


@click.group(invoke_without_command=True)
@server_option
@json_option
@click.pass_context
def tokens(context: click.Context, server: str, as_json: bool) -> None:
    """Show your tokens that are good now; to who administers all stacks, those of everybody."""
    chosen = {"server": server, "as_json": as_json}
    if context.invoked_subcommand is None:
        context.invoke(list_tokens, **chosen)
        return
    # `hoist tokens --json list` is as good as `hoist tokens list --json`.
    context.default_map = {name: chosen for name in tokens.commands}


@tokens.command("list")
@server_option
@json_option
@click.pass_obj
def list_tokens(context: CliContext, server: str, as_json: bool) -> None:
    """Print the tokens by their ids."""
    found = server_api(context, server).tokens().tokens
    if as_json:
        print_json(json_of(found))
        return
    now = context.clock.now()
    print_table(
        ("ID", "PERSON", "AGE", "UNTIL (UTC)", "ROLES", "NO MORE THAN"),
        [
            (
                token.id,
                token.person,
                age(token.created_at, now=now),
                in_utc(token.expires_at),
                ", ".join(map(str, token.grants)),
                str(token.limit),
            )
            for token in found
        ],
    )


@tokens.command("revoke")
@click.argument("token_id", metavar="ID")
@server_option
@json_option
@click.pass_obj
def revoke(context: CliContext, token_id: str, server: str, as_json: bool) -> None:
    """Revoke the token ID: nobody is let in by it from now on."""
    if not is_token_id(token_id):
        raise UsageError(
            "that is no id of a token; a token itself is never given on a command line",
            way_out="`hoist tokens` lists the ids",
        )
    server_api(context, server).revoke_token(token_id)
    if as_json:
        print_json({"id": token_id})
        return
    click.echo(f"Token {token_id} is revoked.")
