"""`hoist local`: the local AWS, and the engine that deploys onto it."""

import shlex

import click

from hoist.cli.context import CliContext, json_option, print_json
from hoist.cli.exit_codes import ExitCode
from local.emulator_status import EmulatorStatus, RunningEmulator
from local.front.running import RunningFront
from local.front.status import FrontStatus
from local.metric_shim.status import ShimStatus
from local.settings import LocalSettings


@click.group()
def local() -> None:
    """The local AWS on this machine: up, down, status."""


@local.command()
@json_option
@click.pass_obj
def up(context: CliContext, as_json: bool) -> None:
    """Start the local AWS, Hoist's API on it, and what makes its metrics.

    It is installed first where it is missing. Going up when it is up changes nothing. Where Hoist
    is deployed already, you are signed in to it.
    """
    from local.emulator import start_emulator
    from local.emulator_bootstrap import bootstrap_emulator
    from local.front.lifecycle import start_front
    from local.local_sign_in import sign_in_if_deployed
    from local.metric_shim.lifecycle import start_shim

    settings = LocalSettings.from_environment(context.environ)
    clock, progress = context.clock, context.progress()
    running = start_emulator(settings, clock=clock, progress=progress)
    made = bootstrap_emulator(settings, running, clock=clock, progress=progress)
    front = start_front(settings, running, clock=clock, progress=progress)
    start_shim(settings, progress=progress)
    person = sign_in_if_deployed(settings, context.environ)
    if as_json:
        print_json({**_facts(running), "config": made.as_config(), "api": _facts_of_front(front)})
        return
    click.echo(f"The local AWS is up at {running.endpoint_url}.")
    click.echo('Point a shell at it with:  eval "$(hoist local env)"')
    click.echo(f"Hoist's API answers at {front.url}, on this machine alone.")
    click.echo(
        f"You are signed in to it as {person}."
        if person
        else "Deploy Hoist onto it with `hoist local deploy`, which signs you in as well."
    )


@local.command()
@click.option("--verbose", "-v", is_flag=True, help="Show unchanged resources as well.")
@json_option
@click.pass_context
def deploy(command: click.Context, verbose: bool, as_json: bool) -> int:
    """Deploy Hoist's own stack onto the local AWS: the program in infra/, by Hoist itself.

    Then you are signed in to it.
    """
    from local.deploy_cli import up as up_command
    from local.local_sign_in import sign_in_locally
    from local.local_state import open_local_state
    from local.self_hosting import OWN_STACK, own_program, prepare_own_stack

    context: CliContext = command.obj
    settings = LocalSettings.from_environment(context.environ)
    progress = context.progress()
    state = open_local_state(settings, clock=context.clock, progress=progress)
    prepare_own_stack(state, settings, progress=progress)
    exit_code: int = command.invoke(
        up_command,
        directory=own_program(settings.repository),
        stack=OWN_STACK.stack,
        verbose=verbose,
        as_json=as_json,
    )
    if exit_code == ExitCode.OK and (person := sign_in_locally(settings, context.environ)):
        progress.say(f"You are signed in as {person}.")
    return exit_code


@local.command()
@click.option("--purge", is_flag=True, help="Delete the local data as well.")
@click.option("--yes", "-y", is_flag=True, help="Do not ask before deleting.")
@json_option
@click.pass_obj
def down(context: CliContext, purge: bool, yes: bool, as_json: bool) -> None:
    """Stop the local AWS, Hoist's API on it, and what makes its metrics.

    What it holds is kept for the next `up`, unless --purge says otherwise.
    """
    from local.emulator import stop_emulator
    from local.front.layout import FrontLayout
    from local.front.lifecycle import stop_front
    from local.front.port import last_front_url
    from local.local_directory import purge_directory
    from local.local_sign_in import forget_sign_in
    from local.metric_shim.lifecycle import stop_shim

    settings = LocalSettings.from_environment(context.environ)
    if purge and not yes:
        question = f"Delete everything in {settings.directory}?"
        click.confirm(question, abort=True, err=True)
    progress = context.progress()
    # First what is before the local AWS; all three, even if only one was there.
    stops = (stop_shim, stop_front, stop_emulator)
    has_stopped = any([stop(settings, progress=progress) for stop in stops])
    url = last_front_url(FrontLayout(settings.directory))
    has_purged = purge and purge_directory(settings)
    if has_purged:
        forget_sign_in(url, context.environ)
    if as_json:
        print_json({"stopped": has_stopped, "purged": has_purged})
        return
    click.echo("The local AWS is down." if has_stopped else "The local AWS was not running.")
    if purge:
        click.echo("The local data is deleted." if has_purged else "There was no local data.")


@local.command()
@json_option
@click.pass_obj
def status(context: CliContext, as_json: bool) -> None:
    """Show whether it, Hoist's API and what makes its metrics are up, and where."""
    from local.emulator_layout import EmulatorLayout
    from local.emulator_status import emulator_status
    from local.front.layout import FrontLayout
    from local.front.status import front_status
    from local.metric_shim.layout import ShimLayout
    from local.metric_shim.status import shim_status

    settings = LocalSettings.from_environment(context.environ)
    found, front, shim = emulator_status(settings), front_status(settings), shim_status(settings)
    log, front_log = EmulatorLayout(settings.directory).log, FrontLayout(settings.directory).log
    shim_log = ShimLayout(settings.directory).log
    if as_json:
        place = {} if found.process is None else _facts(found.process)
        api_place = {} if front.process is None else _facts_of_front(front.process)
        api = {"state": front.state.value, **api_place, "log": str(front_log)}
        shim_place = {} if shim.pid is None else {"pid": shim.pid}
        metrics = {"state": shim.state.value, **shim_place, "log": str(shim_log)}
        told = {"state": found.state.value, **place, "log": str(log)}
        print_json({**told, "api": api, "metrics": metrics})
        return
    click.echo(f"{_sentence(found)}\nlog: {log}")
    click.echo(f"{_sentence_of_front(front)}\nlog: {front_log}")
    click.echo(f"{_sentence_of_shim(shim)}\nlog: {shim_log}")


@local.command()
@json_option
@click.pass_obj
def env(context: CliContext, as_json: bool) -> None:
    """Print the settings for AWS clients.

    As lines for a POSIX shell:  eval "$(hoist local env)"
    """
    from local.emulator_status import running_emulator

    settings = LocalSettings.from_environment(context.environ)
    values = settings.aws_environment(running_emulator(settings).endpoint_url)
    if as_json:
        print_json(values)
        return
    # What is left of a real session must not travel with the local keys.
    click.echo("unset AWS_SESSION_TOKEN AWS_PROFILE")
    for name, value in values.items():
        click.echo(f"export {name}={shlex.quote(value)}")


@local.command()
@json_option
@click.pass_obj
def engine(context: CliContext, as_json: bool) -> None:
    """Print the path of the Pulumi engine.

    Where there is none of the pinned version yet, it is got first, which can take minutes.
    """
    from local.engine_binary import obtain_engine

    settings = LocalSettings.from_environment(context.environ)
    path = obtain_engine(settings, progress=context.progress())
    if as_json:
        print_json({"path": str(path)})
        return
    click.echo(path)


def _facts(running: RunningEmulator) -> dict[str, str | int]:
    return {"endpoint_url": running.endpoint_url, "port": running.port, "pid": running.pid}


def _facts_of_front(running: RunningFront) -> dict[str, str | int]:
    return {"url": running.url, "port": running.port, "pid": running.pid}


def _sentence(found: EmulatorStatus) -> str:
    if found.process is None:
        return "The local AWS is stopped."
    how = found.state.value.replace("_", " ")
    return f"The local AWS is {how} at {found.process.endpoint_url} (process {found.process.pid})."


def _sentence_of_front(found: FrontStatus) -> str:
    if found.process is None:
        return "Hoist's API is stopped."
    how = found.state.value.replace("_", " ")
    return f"Hoist's API is {how} at {found.process.url} (process {found.process.pid})."


def _sentence_of_shim(found: ShimStatus) -> str:
    where = "" if found.pid is None else f" (process {found.pid})"
    return f"What makes its metrics is {found.state.value}{where}."
