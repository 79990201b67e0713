"""Findings about what is missing on the way to an installation, each with the next command."""

from datetime import timedelta
from shlex import join

from health.doctor.places import Patient
from health.findings.assessment import Assessment, Observed
from health.findings.finding import (
    Action,
    ActionKind,
    Cause,
    Confidence,
    Evidence,
    Finding,
    Severity,
    Subject,
    SubjectKind,
)

REGION = "access.region"
CREDENTIALS = "access.credentials"
CLOCK = "access.clock"
RIGHTS = "access.rights"
BOOTSTRAP = "groundwork.bootstrap"
OWN_STACK = "groundwork.own_stack"

CALLER = Subject(SubjectKind.ACCOUNT, "of the caller")
_IDENTITY = "aws sts get-caller-identity"


def no_region() -> Assessment:
    return _ill(
        REGION,
        CALLER,
        title="No region is chosen",
        seen=("the environment and the AWS files", "region", "none", "one"),
        query="aws configure get region",
        impact="nothing can be looked for: an installation is in one region",
        cause=Cause("neither --region, AWS_REGION nor the profile names one", Confidence.HIGH),
        action=Action(
            kind=ActionKind.FIX,
            command="aws configure",
            effect="asks for the region of your profile; --region names one for once",
        ),
    )


def no_credentials(reason: str, *, have_expired: bool) -> Assessment:
    fix = "aws sso login" if have_expired else "aws configure sso"
    return _ill(
        CREDENTIALS,
        CALLER,
        title="AWS does not know who you are",
        seen=("sts:GetCallerIdentity", "credentials", reason, "valid"),
        query=_IDENTITY,
        impact="nothing can be looked at",
        cause=Cause(
            "the session has ended" if have_expired else "no valid credentials were found",
            Confidence.HIGH,
        ),
        action=Action(
            kind=ActionKind.FIX,
            command=fix,
            effect="signs you in; AWS_PROFILE chooses another profile",
        ),
    )


def clock_is_off(skew: timedelta, *, is_refused: bool) -> Assessment:
    """`skew` is how far this machine is ahead."""
    seconds = round(skew.total_seconds())
    return _ill(
        CLOCK,
        CALLER,
        severity=Severity.FAIL if is_refused else Severity.WARN,
        title=f"This machine's clock is {abs(seconds)} s {'fast' if seconds > 0 else 'slow'}",
        seen=("the Date of an answer of STS", "seconds ahead of AWS", str(seconds), "0"),
        query="curl -sI https://sts.amazonaws.com | grep -i ^date; date -u",
        impact="AWS refuses signatures that are five minutes off, and ages are told wrongly",
        cause=Cause("it is not set over the network", Confidence.HIGH),
        action=Action(
            kind=ActionKind.FIX,
            command="sudo timedatectl set-ntp true",
            effect="on Linux: lets the network set the clock",
        ),
    )


def rights_missing(principal: str, actions: tuple[str, ...]) -> Assessment:
    command = (
        *("aws", "iam", "simulate-principal-policy", "--policy-source-arn", principal),
        *("--action-names", *actions),
    )
    return _ill(
        RIGHTS,
        CALLER,
        severity=Severity.WARN,
        title=f"You may not make {len(actions)} of the looks",
        seen=("AWS's refusals", "actions refused", ", ".join(actions), "none"),
        query=_IDENTITY,
        impact="what these would show is not known",
        cause=Cause(f"no policy of {principal} allows them", Confidence.HIGH),
        action=Action(
            kind=ActionKind.LOOK,
            command=join(command),
            effect="shows which of them is allowed, and by what",
            setting="the policies of your own user or role",
        ),
    )


def no_bootstrap(patient: Patient) -> Assessment:
    deploy = (
        *("aws", "cloudformation", "deploy"),
        *("--template-file", "infra/bootstrap/template.yaml"),
        *("--stack-name", patient.bootstrap_stack),
        *("--parameter-overrides", f"Environment={patient.environment}"),
    )
    return _ill(
        BOOTSTRAP,
        _installation(patient),
        title=f"There is no {patient.installation} here yet: its bootstrap stack is missing",
        seen=("cloudformation:DescribeStacks", "bootstrap stack", "none", "complete"),
        query=_describe_bootstrap(patient),
        impact="there is no place for state, so nothing else can be deployed",
        cause=Cause("it was not deployed, or to another account or region", Confidence.HIGH),
        action=Action(
            kind=ActionKind.FIX,
            command="hoist local up" if patient.is_local else join(deploy),
            effect="in Hoist's repository, first of all: makes bucket, table and key of the state",
            setting="infra/bootstrap/template.yaml",
        ),
    )


def bootstrap_unfinished(patient: Patient, status: str) -> Assessment:
    events = ("aws", "cloudformation", "describe-stack-events", "--stack-name")
    return _ill(
        BOOTSTRAP,
        _installation(patient),
        title=f"The bootstrap stack is {status}",
        seen=("cloudformation:DescribeStacks", "StackStatus", status, "complete"),
        query=_describe_bootstrap(patient),
        impact="bucket, table or key of the state may be missing",
        cause=Cause("its last change failed", Confidence.HIGH),
        action=Action(
            kind=ActionKind.LOOK,
            command=join((*events, patient.bootstrap_stack)),
            effect="shows which part failed, and why",
            setting="infra/bootstrap/template.yaml",
        ),
    )


def no_own_stack(patient: Patient, function: str) -> Assessment:
    return _ill(
        OWN_STACK,
        _installation(patient),
        title="Hoist's own stack is not deployed",
        seen=("lambda:GetFunction", f"function {function}", "none", "there"),
        query=join(("aws", "lambda", "get-function", "--function-name", function)),
        impact="there is nobody to ask for a run; only the place for state was looked at",
        cause=Cause("it comes after the bootstrap, and has not come yet", Confidence.MEDIUM),
        action=Action(
            kind=ActionKind.FIX,
            command="hoist local deploy" if patient.is_local else "pulumi up --cwd infra",
            effect="in Hoist's repository: deploys the functions and what they need",
            setting="infra/__main__.py",
        ),
    )


def _installation(patient: Patient) -> Subject:
    return Subject(SubjectKind.INSTALLATION, patient.installation)


def _describe_bootstrap(patient: Patient) -> str:
    return join(
        ("aws", "cloudformation", "describe-stacks", "--stack-name", patient.bootstrap_stack)
    )


def _ill(
    rule: str,
    subject: Subject,
    *,
    title: str,
    seen: tuple[str, str, str, str],
    query: str,
    impact: str,
    cause: Cause,
    action: Action,
    severity: Severity = Severity.FAIL,
) -> Assessment:
    source, metric, value, threshold = seen
    finding = Finding(
        id=rule,
        severity=severity,
        subject=subject,
        title=title,
        evidence=Evidence(
            source=source, metric=metric, value=value, threshold=threshold, query=query
        ),
        impact=impact,
        cause=cause,
        action=action,
    )
    return Assessment(rule=rule, subject=subject, observed=Observed(value), findings=(finding,))
