"""`hoist doctor`: what is wrong, or missing, seen from here."""

import click

from health.commands.answers import HealthAnswer
from health.commands.screens import print_answer
from health.report.document import report_document
from hoist.cli.context import CliContext, json_option
from hoist.errors import UsageError


@click.command()
@click.option(
    "--installation",
    default="",
    metavar="NAME",
    help="The installation, or its environment alone; HOIST_INSTALLATION or `dev` without it.",
)
@click.option("--region", default="", help="The region; that of your profile without it.")
@click.option("--local", "is_local", is_flag=True, help="The installation on this machine.")
@json_option
@click.pass_obj
def doctor(
    context: CliContext, installation: str, region: str, is_local: bool, as_json: bool
) -> int:
    """Look for what is wrong with an installation, or missing, and say what to do about it.

    It asks AWS itself, with your own credentials, and changes nothing; it works before anything is
    deployed, and when the functions are down. The exit code is 0 if all is well, 10 for warnings,
    11 for failures, and 12 if not everything could be told.
    """
    if is_local and (installation or region):
        raise UsageError(
            "--local names an installation by itself",
            way_out="leave --installation and --region away",
        )
    # Here, since they bring boto3 along.
    from health.doctor.places import local_patient, patient_on_aws
    from health.doctor.refusals import CallersAws
    from health.doctor.visit import Visit

    environ = context.environ
    patient = (
        local_patient(environ)
        if is_local
        else patient_on_aws(environ, installation=installation, region=region)
    )
    aws = CallersAws(patient.aws)
    report = Visit(patient, aws, clock=context.clock, progress=context.progress()).look()
    answer = HealthAnswer(report_document(report), report)
    print_answer(answer, context, as_json=as_json)
    return answer.exit_code
