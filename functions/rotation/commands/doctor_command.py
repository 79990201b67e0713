"""`hoist secrets doctor`: asks the targets, says what is wrong, and mends it if told to."""

from collections.abc import Sequence

import click

from hoist.cli.context import CliContext, json_option, print_json
from hoist.cli.exit_codes import ExitCode
from hoist.errors import UsageError
from hoist.rotation_engine.tries import Tries
from rotation.commands.facts import action_facts, case_facts
from rotation.commands.handlers import chosen_handler
from rotation.commands.options import aws_option, handler_option, optional_name_argument
from rotation.commands.sites import Site, open_site
from rotation.commands.words import print_actions, print_case, print_findings
from rotation.doctor.actions import Action
from rotation.doctor.case import Examination
from rotation.doctor.diagnosis import findings, roll_back
from rotation.doctor.treatment import Treatment


@click.command()
@optional_name_argument
@click.option("--apply", is_flag=True, help="Do what is proposed; needs NAME.")
@click.option("--back", is_flag=True, help="Roll back instead of forward; needs NAME.")
@handler_option
@aws_option
@json_option
@click.pass_obj
def doctor(
    context: CliContext,
    name: str | None,
    apply: bool,
    back: bool,
    handler: str,
    is_aws: bool,
    as_json: bool,
) -> int:
    """Ask the targets which values they take, and say what is wrong with rotations.

    Nothing is changed without --apply. Each proposed action is shown with the command of the AWS
    CLI that does the same. The exit code is 1 as long as something is wrong.
    """
    if name is None and (apply or back):
        raise UsageError(
            "--apply and --back are about one secret, and none is named",
            way_out="name it: `hoist secrets doctor NAME --apply`",
        )
    function = chosen_handler(handler, context, is_aws=is_aws)
    site = open_site(context.environ, context.clock, is_aws=is_aws)
    if name is None:
        return _examine_all(site, as_json)
    case = site.examiner.ask(name)
    actions = roll_back(case) if back else _proposed(case)
    if apply:
        _do(actions, Treatment(site.client, site.rotator(function, Tries())), case.record.arn)
        return _tell([site.examiner.ask(name)], as_json)
    if back:
        _propose(actions, case, as_json)
        return ExitCode.OK
    return _tell([case], as_json)


def _examine_all(site: Site, as_json: bool) -> int:
    cases, refused = site.examiner.ask_all()
    for name, error in refused.items():
        click.echo(f"{name}: not examined: {error.message}", err=True)
    exit_code = _tell(cases, as_json)
    return ExitCode.FAILED if refused else exit_code


def _proposed(case: Examination) -> Sequence[Action]:
    # One thing at a time: what is done about the first may be all that the others need.
    return next((found.actions for found in findings(case) if found.actions), ())


def _do(actions: Sequence[Action], treatment: Treatment, arn: str) -> None:
    for action in actions:
        outcome = treatment.do(action, arn)
        click.echo(f"{action.sentence}: {outcome}", err=True)


def _propose(actions: Sequence[Action], case: Examination, as_json: bool) -> None:
    arn = case.record.arn
    if as_json:
        facts = [action_facts(action, arn) for action in actions]
        print_json({"name": case.record.name, "arn": arn, "roll_back": facts})
        return
    click.echo(f"To roll {case.record.name} back:")
    print_actions(actions, arn)


def _tell(cases: Sequence[Examination], as_json: bool) -> int:
    found = [findings(case) for case in cases]
    if as_json:
        print_json([case_facts(*each) for each in zip(cases, found, strict=True)])
    else:
        for number, case in enumerate(cases):
            if len(cases) == 1:
                print_case(case, found[number])
                click.echo()
            print_findings(case, found[number])
    return ExitCode.FAILED if any(found) else ExitCode.OK
