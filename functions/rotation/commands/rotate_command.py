"""`hoist secrets rotate`: a rotation now, by any function over the file store, or at AWS."""

import click

from hoist.cli.context import CliContext, json_option, print_json
from hoist.errors import UsageError
from hoist.rotation_engine.tries import Tries
from rotation.commands.aws_check import check_at_aws
from rotation.commands.handlers import chosen_handler
from rotation.commands.options import aws_option, handler_option, name_argument
from rotation.commands.sites import TestingRotator, open_site
from rotation.doctor.record import read_record


@click.command()
@name_argument
@handler_option
@click.option("--resume", is_flag=True, help="Go on with the open rotation.")
@click.option("--test", "is_test", is_flag=True, help="Only ask whether a rotation would work.")
@click.option("--tries", default=3, type=click.IntRange(1, 20), show_default=True)
@aws_option
@json_option
@click.pass_obj
def rotate(
    context: CliContext,
    name: str,
    handler: str,
    resume: bool,
    is_test: bool,
    tries: int,
    is_aws: bool,
    as_json: bool,
) -> None:
    """Rotate the secret NAME now.

    In the file store this process does it, with Hoist's own function or with the one that
    --handler names, and waits for the end. At AWS, Secrets Manager is asked to do it. Of an error
    of your own function only the kind is shown; HOIST_DEBUG=1 shows all of it.
    """
    if resume and is_test:
        raise UsageError("--resume and --test exclude each other", way_out="give one of them")
    function = chosen_handler(handler, context, is_aws=is_aws)
    site = open_site(context.environ, context.clock, is_aws=is_aws)
    record = read_record(site.client, name)
    if is_aws:
        check_at_aws(record, resume=resume)
    rotator = site.rotator(function, Tries(at_most=tries))
    with context.progress().task(f"Rotating {record.name}"):
        outcome = _rotated(rotator, record.arn, resume=resume, is_test=is_test)
    if as_json:
        print_json({"name": record.name, "arn": record.arn, "outcome": outcome})
    else:
        click.echo(f"{record.name}: {outcome}")


def _rotated(rotator: TestingRotator, arn: str, *, resume: bool, is_test: bool) -> str:
    if is_test:
        return rotator.test(arn)
    return rotator.go_on(arn) if resume else rotator.start(arn)
