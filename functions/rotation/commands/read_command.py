"""`hoist secrets read`: which version a label is on, and its value if that is asked for."""

import base64

import click

from hoist.cli.ages import in_utc
from hoist.cli.context import CliContext, json_option, print_json
from hoist.cli.tables import print_table
from hoist.secret import Secret
from hoist.secrets.client import SecretsClient
from rotation.commands.facts import version_facts
from rotation.commands.options import aws_option, name_argument
from rotation.commands.sites import open_site
from rotation.doctor.asking import asking
from rotation.doctor.errors import SecretMissingError
from rotation.doctor.record import SecretRecord, Version, read_record
from rotation.steps import Stage


@click.command()
@name_argument
@click.option("--stage", default=Stage.CURRENT.value, show_default=True, help="The label.")
@click.option("--show", is_flag=True, help="Print the value, on standard output.")
@aws_option
@json_option
@click.pass_obj
def read(
    context: CliContext, name: str, stage: str, show: bool, is_aws: bool, as_json: bool
) -> None:
    """Show which version of NAME bears a label. The value is read with --show alone.

    A binary value is printed in base64.
    """
    site = open_site(context.environ, context.clock, is_aws=is_aws)
    record = read_record(site.client, name)
    version = _labelled(record, stage)
    value = _value(site.client, record, version) if show else None
    if as_json:
        shown = {} if value is None else {"value": value.reveal()}
        print_json({"name": record.name, "arn": record.arn, **version_facts(version), **shown})
    elif value is not None:
        click.echo(value.reveal())
    else:
        labels = " ".join(sorted(version.labels))
        row = (record.name, version.version_id, labels, in_utc(version.created_at))
        print_table(("NAME", "VERSION", "LABELS", "CREATED"), [row])


def _labelled(record: SecretRecord, stage: str) -> Version:
    for version in record.versions:
        if stage in version.labels:
            return version
    there = sorted({label for version in record.versions for label in version.labels})
    raise SecretMissingError(
        f"no version of {record.name} bears the label {stage}",
        way_out=f"it has these: {', '.join(there) or 'none'}",
    )


def _value(client: SecretsClient, record: SecretRecord, version: Version) -> Secret:
    with asking("GetSecretValue", record.name):
        answer = client.get_secret_value(SecretId=record.arn, VersionId=version.version_id)
    if "SecretString" in answer:
        return Secret(answer["SecretString"])
    return Secret(base64.b64encode(answer["SecretBinary"]).decode())
