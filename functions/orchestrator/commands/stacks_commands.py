"""`hoist stacks`: what stacks there are, how one is, and how it is removed."""

import sys
from pathlib import Path

import click

from hoist.cli.ages import age
from hoist.cli.context import CliContext, json_option, print_json
from hoist.cli.server.option import server_option
from hoist.cli.tables import print_columns, print_table
from orchestrator.commands.chosen_stack import chosen_stack, server_api, stack_options
from orchestrator.commands.destroy_question import removal_question
from orchestrator.commands.json_facts import as_json as json_of
from orchestrator.commands.server.answers import StackFacts

_project_option = click.option("--project", default="", help="Only the stacks of this project.")


@click.group(invoke_without_command=True)
@_project_option
@server_option
@json_option
@click.pass_context
def stacks(context: click.Context, project: str, server: str, as_json: bool) -> None:
    """Show the stacks of all projects, or one of them with `show`."""
    if context.invoked_subcommand is None:
        context.invoke(list_stacks, project=project, server=server, as_json=as_json)
        return
    # `hoist stacks --json show` is as good as `hoist stacks show --json`.
    chosen = {"project": project, "server": server, "as_json": as_json}
    context.default_map = {name: chosen for name in stacks.commands}


@stacks.command("list")
@_project_option
@server_option
@json_option
@click.pass_obj
def list_stacks(context: CliContext, project: str, server: str, as_json: bool) -> None:
    """Print the stacks by project and name."""
    found = server_api(context, server).stacks(project=project).stacks
    if as_json:
        print_json(json_of(found))
        return
    now = context.clock.now()
    rows = [
        (
            each.project,
            each.stack,
            "" if each.version is None else f"#{each.version}",
            age(each.last_update_at, now=now),
        )
        for each in found
    ]
    print_table(("PROJECT", "STACK", "UPDATE", "AGE"), rows)


@stacks.command("show")
@stack_options
@json_option
@click.pass_obj
def show(context: CliContext, directory: Path, stack: str, server: str, as_json: bool) -> None:
    """Print how a stack is: resources, the last update, what is under way."""
    chosen = chosen_stack(context, directory=directory, stack=stack, server=server)
    found = chosen.api.facts()
    if as_json:
        print_json(json_of(found))
        return
    print_columns([row for row in _facts(found, context) if row[1]])


@stacks.command("rm")
@stack_options
@click.option("--force", is_flag=True, help="Even if it has resources, which then stay behind.")
@click.option("--yes", "-y", is_flag=True, help="Do not ask for the stack's name.")
@json_option
@click.pass_obj
def remove(
    context: CliContext,
    directory: Path,
    stack: str,
    server: str,
    force: bool,
    yes: bool,
    as_json: bool,
) -> None:
    """Remove a stack, its config and history; its resources are to be destroyed first."""
    confirm = removal_question(is_answered=yes, has_terminal=sys.stdin.isatty())
    chosen = chosen_stack(context, directory=directory, stack=stack, server=server)
    name = chosen.selection.name
    if confirm:
        confirm(name, chosen.api.facts().resource_count)
    chosen.api.delete(force=force)
    if as_json:
        print_json({"project": name.project, "stack": name.stack})
        return
    click.echo(f"The stack {name} is removed.")


def _facts(found: StackFacts, context: CliContext) -> list[tuple[str, str]]:
    now, last, active = context.clock.now(), found.last_update, found.active_update
    return [
        ("stack", f"{found.project}/{found.stack}"),
        ("made", f"{age(found.created_at, now=now)} ago"),
        ("resources", str(found.resource_count)),
        ("last update", f"#{last.version} {last.kind} {last.status}" if last else ""),
        (
            "under way",
            f"{active.kind}, begun {age(active.started_at, now=now)} ago" if active else "",
        ),
        ("unfinished runs", str(found.unfinished_runs) if found.unfinished_runs else ""),
        ("conflict", "its checkpoint was changed by others" if found.conflicted else ""),
        ("secrets", found.secrets_provider),
        ("tags", ", ".join(f"{name}={value}" for name, value in sorted(found.tags.items()))),
    ]
