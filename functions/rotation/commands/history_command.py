"""`hoist secrets history`: what became of a secret, youngest first."""

from collections.abc import Sequence
from datetime import datetime

import click

from hoist.cli.ages import in_utc
from hoist.cli.context import CliContext, json_option, print_json
from hoist.cli.tables import print_table
from rotation.commands.facts import entry_facts, version_facts
from rotation.commands.options import aws_option, name_argument
from rotation.commands.sites import open_site
from rotation.commands.words import failure_words
from rotation.doctor.log import LogEntry
from rotation.doctor.record import SecretRecord, read_record


@click.command()
@name_argument
@aws_option
@json_option
@click.pass_obj
def history(context: CliContext, name: str, is_aws: bool, as_json: bool) -> None:
    """Show the versions of NAME, those without a label as well, and its rotations.

    At AWS, rotations are those of the last ninety days that CloudTrail tells of.
    """
    site = open_site(context.environ, context.clock, is_aws=is_aws)
    record = read_record(site.client, name, with_old=True)
    entries = site.log.entries(record.arn)
    if as_json:
        print_json(
            {
                "name": record.name,
                "arn": record.arn,
                "versions": [version_facts(each) for each in record.versions],
                "rotations": [entry_facts(each) for each in entries],
            }
        )
        return
    print_table(("AT", "WHAT"), _lines(record, entries))


def _lines(record: SecretRecord, entries: Sequence[LogEntry]) -> list[tuple[str, str]]:
    told: list[tuple[datetime | None, str]] = [
        (each.created_at, f"version {each.version_id}  {' '.join(sorted(each.labels))}".rstrip())
        for each in record.versions
    ]
    told += [(each.at, _words(each)) for each in entries]
    # A version that has no value yet is the youngest of all.
    told.sort(key=lambda line: (line[0] is None, str(line[0])), reverse=True)
    return [(in_utc(at), words) for at, words in told]


def _words(entry: LogEntry) -> str:
    if entry.failure is None:
        return entry.name.value
    return f"{entry.name.value}: {failure_words(entry.failure)}"
