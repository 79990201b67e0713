"""How a function has to be, and what to do when it is not."""

from collections.abc import Mapping
from shlex import join

from health.dependencies.deployed_function import ACTION, DeployedFunction, Release
from health.dependencies.images import ACTION as IMAGE_ACTION
from health.dependencies.images import PRESENT
from health.dependencies.requirement import Requirement
from health.findings.finding import Cause, Confidence, Severity

SETTING = "infra/components/deployed_functions.py"
ACTIVE = "Active"
# Makes everything again as the settings of Hoist's own stack say it.
DEPLOY = "pulumi up --refresh --cwd infra"


def able_to_run(function: DeployedFunction) -> Requirement:
    reason = f" ({function.state_reason})" if function.state_reason else ""
    return Requirement(
        aspect="state",
        wanted=ACTIVE,
        severity=Severity.FAIL,
        title=f"{function.name} cannot run",
        impact="every call of it fails",
        action=ACTION,
        query=f"{function.query} --query Configuration.State",
        fix=DEPLOY,
        rollback="",
        setting=SETTING,
        cause=Cause(f"Lambda could not load its code{reason}", Confidence.MEDIUM),
    )


def updated(function: DeployedFunction) -> Requirement:
    reason = function.last_update_reason or "no reason given"
    return Requirement(
        aspect="last_update",
        wanted="Successful",
        severity=Severity.FAIL,
        title=f"The last update of {function.name} failed",
        impact="it runs as before the update, and the other functions as after it",
        action=ACTION,
        query=f"{function.query} --query Configuration.LastUpdateStatus",
        fix=DEPLOY,
        rollback="",
        setting=SETTING,
        cause=Cause(f"Lambda refused the new code or configuration: {reason}", Confidence.HIGH),
    )


def as_deployed(function: DeployedFunction, release: Release) -> Requirement:
    again = ("aws", "lambda", "update-function-code", "--function-name", function.name)
    return Requirement(
        aspect="digest",
        wanted=release.digest,
        severity=Severity.FAIL,
        title=f"{function.name} does not run what infra deployed to it",
        impact="what it does was not built from this installation's sources, or not from these",
        action=ACTION,
        query=f"{function.query} --query Configuration.[Description,CodeSha256]",
        fix=join((*again, *release.code_arguments)),
        rollback="",
        setting=SETTING,
    )


def image_kept(function: DeployedFunction) -> Requirement:
    return Requirement(
        aspect="image",
        wanted=PRESENT,
        severity=Severity.FAIL,
        title=f"The image of {function.name} is no longer in its repository",
        impact="Lambda stops running it as soon as it looks for the image again",
        action=IMAGE_ACTION,
        query=_image_query(function),
        fix=f"make build && {DEPLOY}",
        rollback="",
        setting="hoist:workerImage",
        cause=Cause("somebody, or a lifecycle rule of the repository, deleted it", Confidence.HIGH),
    )


def of_one(aspect: str, installation: str, words: Mapping[str, str]) -> Requirement:
    """`words` by function are not all the same."""
    wanted = max(sorted(set(words.values())), key=list(words.values()).count)
    odd = ", ".join(sorted(name for name, word in words.items() if word != wanted))
    return Requirement(
        aspect=aspect,
        wanted=wanted,
        severity=Severity.FAIL,
        title=f"The functions of {installation} are not of one {aspect}: {odd}",
        impact="functions that were not built together may not understand each other",
        action=ACTION,
        query=" && ".join(
            join(("aws", "lambda", "get-function", "--function-name", name)) for name in words
        ),
        fix=DEPLOY,
        rollback="",
        setting=SETTING,
        cause=Cause("an upgrade did not come to its end", Confidence.HIGH),
    )


def _image_query(function: DeployedFunction) -> str:
    image = function.image
    if image is None:
        return function.query
    digest = f"imageDigest=sha256:{image.digest}"
    words = ("ecr", "describe-images", "--repository-name", image.repository)
    return join(("aws", *words, "--registry-id", image.registry, "--image-ids", digest))
