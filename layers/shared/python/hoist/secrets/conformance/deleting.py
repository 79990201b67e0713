"""Deleting and restoring: behaviours 58 and 59."""

from collections.abc import Callable

from hoist.secrets.conformance.case import behaviour, refused
from hoist.secrets.conformance.subject import Subject

DEFAULT_WINDOW_DAYS = 30


@behaviour(58)
def recovery_window(subject: Subject) -> None:
    """The recovery window has 7 to 30 days, and 30 when nothing is said."""
    name, _ = subject.new_secret()
    for days in (6, 31):
        with refused("InvalidParameterException"):
            subject.client.delete_secret(SecretId=name, RecoveryWindowInDays=days)

    subject.client.delete_secret(SecretId=name)

    described = subject.client.describe_secret(SecretId=name)
    window = described["DeletedDate"] - described["LastChangedDate"]
    assert round(window.total_seconds() / 86_400) == DEFAULT_WINDOW_DAYS


@behaviour(58)
def window_or_force(subject: Subject) -> None:
    """A secret is deleted at once or with a window, not both."""
    name, _ = subject.new_secret()

    with refused("InvalidParameterException"):
        subject.client.delete_secret(
            SecretId=name, RecoveryWindowInDays=7, ForceDeleteWithoutRecovery=True
        )

    assert subject.value(name) == "first"


@behaviour(58)
def force_is_idempotent(subject: Subject) -> None:
    """Deleting at once a secret that is not there succeeds; with a window it is refused."""
    subject.client.delete_secret(SecretId=subject.new_name(), ForceDeleteWithoutRecovery=True)

    with refused("ResourceNotFoundException"):
        subject.client.delete_secret(SecretId=subject.new_name())


@behaviour(58)
def restore(subject: Subject) -> None:
    """A secret in its window can still be described, and restored with all its labels."""
    name, _ = subject.new_secret()
    subject.put(name, "second", "MINE")
    subject.put(name, "third")
    before = subject.stages(name)
    subject.client.delete_secret(SecretId=name, RecoveryWindowInDays=7)
    scheduled = subject.client.describe_secret(SecretId=name)

    subject.client.restore_secret(SecretId=name)

    assert "DeletedDate" in scheduled
    assert "DeletedDate" not in subject.client.describe_secret(SecretId=name)
    assert subject.stages(name) == before
    assert subject.value(name) == "third"


@behaviour(58)
def made_again(subject: Subject) -> None:
    """A secret that is made again after it was deleted at once has another ARN."""
    name, _ = subject.new_secret()
    first = subject.client.describe_secret(SecretId=name)["ARN"]
    subject.client.delete_secret(SecretId=name, ForceDeleteWithoutRecovery=True)

    second = subject.client.create_secret(Name=name, SecretString="again")["ARN"]

    assert first != second
    assert first[:-6] == second[:-6]


@behaviour(59)
def name_is_taken_meanwhile(subject: Subject) -> None:
    """The name of a secret in its window is taken."""
    name = _scheduled(subject)

    with refused("InvalidRequestException"):
        subject.client.create_secret(Name=name, SecretString="again")


@behaviour(59)
def no_reads_meanwhile(subject: Subject) -> None:
    """A secret in its window cannot be read."""
    _check_refused(subject, lambda name: subject.client.get_secret_value(SecretId=name))


@behaviour(59)
def no_puts_meanwhile(subject: Subject) -> None:
    """Nothing can be put into a secret in its window."""
    _check_refused(
        subject,
        lambda name: subject.client.put_secret_value(SecretId=name, SecretString="second"),
    )


@behaviour(59)
def no_updates_meanwhile(subject: Subject) -> None:
    """A secret in its window cannot be updated."""
    _check_refused(
        subject,
        lambda name: subject.client.update_secret(SecretId=name, Description="words"),
    )


@behaviour(59)
def no_moves_meanwhile(subject: Subject) -> None:
    """The labels of a secret in its window cannot be moved."""
    name, first = subject.new_secret()
    second = subject.put(name, "second")
    subject.client.delete_secret(SecretId=name, RecoveryWindowInDays=7)

    with refused("InvalidRequestException"):
        subject.client.update_secret_version_stage(
            SecretId=name,
            VersionStage="AWSCURRENT",
            MoveToVersionId=first,
            RemoveFromVersionId=second,
        )


@behaviour(59)
def no_tags_meanwhile(subject: Subject) -> None:
    """A secret in its window cannot be tagged."""
    _check_refused(
        subject,
        lambda name: subject.client.tag_resource(
            SecretId=name, Tags=[{"Key": "team", "Value": "ops"}]
        ),
    )


@behaviour(59)
def no_rotation_meanwhile(subject: Subject) -> None:
    """A secret in its window cannot be rotated."""
    _check_refused(
        subject,
        lambda name: subject.client.rotate_secret(
            SecretId=name, RotationLambdaARN=subject.function_arn
        ),
    )


def _scheduled(subject: Subject) -> str:
    name, _ = subject.new_secret()
    subject.client.delete_secret(SecretId=name, RecoveryWindowInDays=7)
    return name


def _check_refused(subject: Subject, call: Callable[[str], object]) -> None:
    name = _scheduled(subject)
    with refused("InvalidRequestException"):
        call(name)
