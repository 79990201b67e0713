"""`hoist secrets status`: labels, ages and failures; no value is read and no target asked."""

import click

from hoist.cli.context import CliContext, json_option, print_json
from hoist.cli.tables import print_table
from rotation.commands.facts import case_facts
from rotation.commands.options import aws_option, optional_name_argument
from rotation.commands.sites import open_site
from rotation.commands.words import HEADINGS, print_case, status_row
from rotation.doctor.diagnosis import findings
from rotation.doctor.record import read_names


@click.command()
@optional_name_argument
@aws_option
@json_option
@click.pass_obj
def status(context: CliContext, name: str | None, is_aws: bool, as_json: bool) -> None:
    """Show how the rotations of all secrets stand, or that of NAME with its versions.

    No value is read and no target is asked: `hoist secrets doctor` does that.
    """
    site = open_site(context.environ, context.clock, is_aws=is_aws)
    names = [name] if name else read_names(site.client)
    cases = [site.examiner.look(each) for each in names]
    if as_json:
        print_json([case_facts(case, findings(case)) for case in cases])
    elif name:
        print_case(cases[0], findings(cases[0]))
    elif cases:
        print_table(HEADINGS, [status_row(case, findings(case)) for case in cases])
    else:
        click.echo("There are no secrets.", err=True)
