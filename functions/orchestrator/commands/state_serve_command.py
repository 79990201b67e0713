"""`hoist state serve`: the state service on this machine, for any Pulumi CLI, with no AWS."""

import json
import logging
import sys
import threading
from contextlib import suppress
from pathlib import Path
from shlex import quote

import click

from hoist.cli.context import CliContext
from hoist.cli.interruptions import Interruption, Interruptions
from hoist.secret import Secret
from orchestrator.commands.state_places import chosen_store, store_option
from orchestrator.state.holders import ProcessHolders
from orchestrator.state.loopback import LOOPBACK
from orchestrator.state.service import StateService
from orchestrator.state.serving.access import WholeStoreAccess
from orchestrator.state.serving.access_token import access_token
from orchestrator.state.serving.app import ServingApp
from orchestrator.state.serving.clients import ConnectedClients
from orchestrator.state.serving.layout import ServingLayout
from orchestrator.state.serving.server import DEFAULT_PORT, serve_on_port
from orchestrator.state.serving.stores.key_file_data_keys import KeyFileDataKeys
from orchestrator.state.stores.directory import directory_storage


@click.command()
@store_option
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=DEFAULT_PORT,
    show_default=True,
    help="Keep to one: a CLI knows its login by it. 0 takes a free one.",
)
@click.option(
    "--host",
    type=click.Choice([LOOPBACK]),
    default=LOOPBACK,
    expose_value=False,
    help="This machine only: there is no TLS, and one token for everything.",
)
@click.option(
    "--json", "as_json", is_flag=True, help="Print the address and the access token as JSON."
)
@click.pass_obj
def serve(context: CliContext, store: Path | None, port: int, as_json: bool) -> None:
    """Be the backend of Pulumi CLIs on this machine, until Ctrl-C.

    Stacks are in a folder, which `pulumi login file://FOLDER` reads as well while no update is
    open. With --json, one line with `url` and `access_token` is printed once the server answers.
    """
    logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s %(message)s")
    folder = chosen_store(context, store)
    layout = ServingLayout(folder)
    token = access_token(layout.token)
    service = StateService.over(
        directory_storage(folder),
        holders=ProcessHolders(),
        clock=context.clock,
        data_keys=KeyFileDataKeys(layout),
    )
    clients = ConnectedClients()
    app = ServingApp(service, WholeStoreAccess(token), clients=clients)
    with Interruptions() as interruptions, serve_on_port(app, clients, port=port) as server:
        if as_json:
            _tell_program(server.url, token)
        else:
            _tell_person(server.url, layout)
        with suppress(Interruption), interruptions.may_come():
            threading.Event().wait()


def _tell_program(url: str, token: Secret) -> None:
    # The one way out of the token: whoever asks for it here could read its file as well.
    sys.stdout.write(json.dumps({"url": url, "access_token": token.reveal()}) + "\n")
    sys.stdout.flush()


def _tell_person(url: str, layout: ServingLayout) -> None:
    click.echo(
        f"Serving the stacks in {layout.store}, until Ctrl-C. Log in once, in another shell:"
    )
    click.echo()
    click.echo(f'  export PULUMI_ACCESS_TOKEN="$(cat {quote(str(layout.token))})"')
    click.echo(f"  pulumi login {url}")
    sys.stdout.flush()
