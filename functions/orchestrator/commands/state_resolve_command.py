"""`hoist state resolve`: both sides of a conflict, and a person's word on which one holds."""

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import click

from hoist.cli.ages import age
from hoist.cli.context import CliContext, json_option, print_json
from hoist.cli.server.option import server_option
from hoist.cli.tables import one_line, print_columns, print_table
from hoist.errors import UsageError
from orchestrator.commands.chosen_stack import server_api
from orchestrator.commands.json_facts import as_json as json_of
from orchestrator.commands.server.answers import ConflictFacts, ConflictSide, Difference
from orchestrator.commands.stack_selection import directory_option, select_stack
from orchestrator.state.names import StackName

OURS, THEIRS = "ours", "theirs"
_MADE_BY = {OURS: "what the update made", THEIRS: "the checkpoint as somebody else left it"}
# A person compares the first of them, and asks for --json when there are more.
_MOST_SHOWN = 50


@click.command()
@click.argument("stack")
@click.option("--keep", type=click.Choice([OURS, THEIRS]), help="The side that is to hold.")
@click.option("--yes", "-y", is_flag=True, help="Do not ask.")
@directory_option
@server_option
@json_option
@click.pass_obj
def resolve(
    context: CliContext,
    stack: str,
    keep: str | None,
    yes: bool,
    directory: Path,
    server: str,
    as_json: bool,
) -> None:
    """Show both sides of a conflict of STACK, and let one of them hold with --keep.

    A stack is conflicted when its checkpoint was changed past Hoist's lock while an update was
    open. `ours` is what that update made, `theirs` the checkpoint as somebody else left it. The
    other side is not lost: it stays as a version of the checkpoint, or beside it. STACK is a stack
    of the project in the directory, or PROJECT/STACK.
    """
    has_terminal = sys.stdin.isatty()
    if keep and not yes and not has_terminal:
        raise UsageError(
            "settling a conflict asks first, and there is no terminal to ask on",
            way_out="add --yes if you have compared the two",
        )
    name = _named(stack, directory)
    api = server_api(context, server).of_stack(name)
    facts = api.conflict()
    if as_json:
        print_json({**json_of(facts), "kept": keep})
    else:
        _show(name, facts, context)
    if keep is None:
        click.echo(f"Choose with `hoist state resolve {name} --keep {OURS}|{THEIRS}`.", err=True)
        return
    if not yes:
        click.confirm(f"Let {keep} hold: {_MADE_BY[keep]}?", abort=True, err=True)
    api.settle_conflict(keep, facts)
    click.echo(f"{name} goes on with {_MADE_BY[keep]}.", err=True)
    click.echo("`hoist refresh` reads what is really there into it.", err=True)


def _named(stack: str, directory: Path) -> StackName:
    project, slash, rest = stack.partition("/")
    return StackName(project, rest) if slash else select_stack(directory, stack).name


def _show(name: StackName, facts: ConflictFacts, context: CliContext) -> None:
    update = facts.update
    ended = (
        f", ended {age(update.ended_at, now=context.clock.now())} ago" if update.ended_at else ""
    )
    print_columns(
        [
            ("stack", str(name)),
            ("conflicted by", f"#{update.version} {update.kind} ({update.id}){ended}"),
            ("because", one_line(update.reason)),
        ]
    )
    click.echo()
    print_table(
        ("SIDE", "WHAT", "RESOURCES", "WRITTEN AT", "ENGINE", "VERSION"),
        [_row(OURS, facts.ours), _row(THEIRS, facts.theirs)],
    )
    click.echo()
    _show_differences(facts.differences)


def _row(side: str, facts: ConflictSide | None) -> Sequence[str]:
    if facts is None:
        return (side, "nothing that could hold", "", "", "", "")
    return (
        side,
        _MADE_BY[side],
        str(facts.resource_count),
        facts.written_at,
        facts.engine_version,
        facts.version_id,
    )


def _show_differences(differences: Sequence[Difference]) -> None:
    if not differences:
        click.echo("No resource differs.")
        return
    print_table(("RESOURCE", "DIFFERENCE"), list(_difference_rows(differences[:_MOST_SHOWN])))
    if len(differences) > _MOST_SHOWN:
        click.echo(f"and {len(differences) - _MOST_SHOWN} more; --json has all of them")


def _difference_rows(differences: Sequence[Difference]) -> Iterator[tuple[str, str]]:
    for each in differences:
        words = each.kind.replace("_", " ")
        yield each.urn, f"{words}: {', '.join(each.fields)}" if each.fields else words
