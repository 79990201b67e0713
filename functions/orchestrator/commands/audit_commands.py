"""`hoist audit`: what was done and by whom, and the proof that nobody has changed it since."""

from pathlib import Path

import click

from hoist.cli.context import CliContext, json_option, print_json
from hoist.cli.exit_codes import ExitCode
from hoist.cli.server.option import server_option
from hoist.cli.tables import print_table
from hoist.errors import UsageError
from orchestrator.audit.chains import INSTALLATION, is_chain
from orchestrator.audit.entries import entry_document
from orchestrator.audit.errors import AuditFileError
from orchestrator.audit.export import export
from orchestrator.audit.export_file import read_export
from orchestrator.audit.page_sizes import ENTRIES_PER_PAGE
from orchestrator.audit.pages import AuditReader
from orchestrator.audit.telling import HEADINGS, entry_row, verdict_lines
from orchestrator.audit.verification import verify
from orchestrator.commands.json_facts import as_json as json_of
from orchestrator.state.names import StackName

_STACK_HELP = (
    f"STACK is `project/stack`, or `{INSTALLATION}` for what belongs to no stack, or the id of a"
    " stack that is no more."
)


@click.group()
def audit() -> None:
    """Show, verify or export what was done to a stack, and by whom."""


@audit.command("show", epilog=_STACK_HELP)
@click.argument("stack")
@click.option(
    "--limit",
    "-n",
    type=click.IntRange(1, ENTRIES_PER_PAGE),
    default=20,
    show_default=True,
    help="How many entries.",
)
@server_option
@json_option
@click.pass_obj
def show(context: CliContext, stack: str, limit: int, server: str, as_json: bool) -> None:
    """Print the last entries of STACK, oldest first."""
    found = _reader(context, stack, server).entries(limit=limit).entries
    if as_json:
        print_json([{**entry_document(each.entry), "hash": each.hash} for each in found])
        return
    print_table(HEADINGS, [entry_row(each.entry) for each in found])


@audit.command("verify", epilog=_STACK_HELP)
@click.argument("stack", default="")
@click.option(
    "--file",
    "file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Verify this export in place of STACK; asks no server.",
)
@click.option(
    "--key",
    "keys",
    multiple=True,
    metavar="KEY_ID",
    help="Accept heads signed by this key only; may be repeated.",
)
@server_option
@json_option
@click.pass_obj
def verify_command(
    context: CliContext,
    stack: str,
    file: Path | None,
    keys: tuple[str, ...],
    server: str,
    as_json: bool,
) -> int:
    """Look for changes to the entries of STACK, or of an export; exit code 1 if there are any."""
    if bool(stack) == bool(file):
        raise UsageError(
            "either a stack or a file is verified", way_out="name STACK, or give --file EXPORT"
        )
    content = _content_of(file) if file else _exported(context, stack, server)
    found = read_export(content)
    verdict = verify(found.copy, trusted_keys=keys, found_before=found.faults)
    if as_json:
        print_json(json_of(verdict))
    else:
        for line in verdict_lines(verdict):
            click.echo(line)
    return ExitCode.OK if verdict.is_intact else ExitCode.FAILED


@audit.command("export", epilog=_STACK_HELP)
@click.argument("stack")
@click.option(
    "--output",
    "-o",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="The file to write.",
)
@server_option
@json_option
@click.pass_obj
def export_command(
    context: CliContext, stack: str, output: Path, server: str, as_json: bool
) -> None:
    """Write all of STACK's entries and signed heads to one file, to be verified anywhere."""
    content = _exported(context, stack, server)
    try:
        output.write_bytes(content)
    except OSError as error:
        raise AuditFileError(
            f"{output} cannot be written", way_out="check the folder and the space on its disk"
        ) from error
    if as_json:
        print_json({"file": str(output), "bytes": len(content)})
        return
    click.echo(
        f"{output} has the audit of {stack}; `hoist audit verify --file {output}` checks it."
    )


def _reader(context: CliContext, stack: str, server: str) -> AuditReader:
    from hoist.cli.server.signed_in import signed_in_connection
    from orchestrator.audit.server_reader import ServerAuditReader

    path, chain = _place(stack)
    return ServerAuditReader(signed_in_connection(context, server), path, chain=chain)


def _place(stack: str) -> tuple[str, str]:
    """The path of a chain, and its name where the path does not tell it."""
    if is_chain(stack):
        return "/v1/audit", stack
    project, _, name = stack.partition("/")
    chosen = StackName(project, name)
    return f"/v1/stacks/{chosen.project}/{chosen.stack}/audit", ""


def _exported(context: CliContext, stack: str, server: str) -> bytes:
    return export(_reader(context, stack, server), now=context.clock.now())


def _content_of(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise AuditFileError(
            f"{file} cannot be read", way_out="see that it is there and may be read"
        ) from error
