"""Moving labels: behaviours 33 to 40."""

from hoist.secrets.conformance.case import behaviour, refused
from hoist.secrets.conformance.subject import Subject, new_token


@behaviour(33)
def move_current(subject: Subject) -> None:
    """AWSPREVIOUS follows AWSCURRENT by itself, and AWSPENDING stays where it is."""
    name, first, second = _with_pending(subject)

    subject.client.update_secret_version_stage(
        SecretId=name,
        VersionStage="AWSCURRENT",
        MoveToVersionId=second,
        RemoveFromVersionId=first,
    )

    assert subject.stages(name) == {
        first: {"AWSPREVIOUS"},
        second: {"AWSCURRENT", "AWSPENDING"},
    }


@behaviour(34)
def move_current_from_nowhere(subject: Subject) -> None:
    """To move AWSCURRENT one must say where it is now."""
    name, first, second = _with_pending(subject)

    with refused("InvalidParameterException"):
        subject.client.update_secret_version_stage(
            SecretId=name, VersionStage="AWSCURRENT", MoveToVersionId=second
        )

    assert subject.stages(name) == {first: {"AWSCURRENT"}, second: {"AWSPENDING"}}


@behaviour(34)
def move_custom_label_from_nowhere(subject: Subject) -> None:
    """So it is with any label that a version has."""
    name, first = subject.new_secret()
    second = subject.put(name, "second", "MINE")

    with refused("InvalidParameterException"):
        subject.client.update_secret_version_stage(
            SecretId=name, VersionStage="MINE", MoveToVersionId=first
        )

    assert subject.stages(name) == {first: {"AWSCURRENT"}, second: {"MINE"}}


@behaviour(35)
def move_from_wrong_version(subject: Subject) -> None:
    """A label is not moved away from a version that does not have it."""
    name, first, second = _with_pending(subject)
    third = subject.put(name, "third", "MINE")

    def move(wrong: str) -> None:
        subject.client.update_secret_version_stage(
            SecretId=name,
            VersionStage="AWSCURRENT",
            MoveToVersionId=second,
            RemoveFromVersionId=wrong,
        )

    with refused("InvalidParameterException"):
        move(third)
    with refused():
        move(new_token())

    assert subject.stages(name) == {
        first: {"AWSCURRENT"},
        second: {"AWSPENDING"},
        third: {"MINE"},
    }


@behaviour(36)
def failed_move_changes_nothing(subject: Subject) -> None:
    """A move to a version that is not there leaves the label where it was."""
    name, first = subject.new_secret()

    with refused():
        subject.client.update_secret_version_stage(
            SecretId=name,
            VersionStage="AWSCURRENT",
            MoveToVersionId=new_token(),
            RemoveFromVersionId=first,
        )

    assert subject.stages(name) == {first: {"AWSCURRENT"}}
    assert subject.value(name) == "first"


@behaviour(37)
def remove_label(subject: Subject) -> None:
    """AWSPENDING and labels of one's own can be taken away without going anywhere."""
    name, first = subject.new_secret()
    second = subject.put(name, "second", "AWSPENDING", "MINE", "KEPT")

    for label in ("AWSPENDING", "MINE"):
        subject.client.update_secret_version_stage(
            SecretId=name, VersionStage=label, RemoveFromVersionId=second
        )

    assert subject.stages(name) == {first: {"AWSCURRENT"}, second: {"KEPT"}}


@behaviour(38)
def current_cannot_be_removed(subject: Subject) -> None:
    """AWSCURRENT cannot be taken away: a secret with a value always has a current version."""
    name, first = subject.new_secret()

    with refused():
        subject.client.update_secret_version_stage(
            SecretId=name, VersionStage="AWSCURRENT", RemoveFromVersionId=first
        )

    assert subject.stages(name) == {first: {"AWSCURRENT"}}


@behaviour(39)
def roll_back(subject: Subject) -> None:
    """Moving AWSCURRENT to the previous version makes the two change labels, and reads follow."""
    name, first = subject.new_secret("first")
    second = subject.put(name, "second")

    subject.client.update_secret_version_stage(
        SecretId=name,
        VersionStage="AWSCURRENT",
        MoveToVersionId=first,
        RemoveFromVersionId=second,
    )

    assert subject.stages(name) == {first: {"AWSCURRENT"}, second: {"AWSPREVIOUS"}}
    assert subject.client.get_secret_value(SecretId=name)["SecretString"] == "first"
    assert subject.value(name, "AWSPREVIOUS") == "second"


@behaviour(40)
def deprecated_version_stays(subject: Subject) -> None:
    """A version that lost its last label is not gone: it can be read, and labelled again."""
    name, first = subject.new_secret("first")
    second = subject.put(name, "second", "MINE")
    subject.client.update_secret_version_stage(
        SecretId=name, VersionStage="MINE", RemoveFromVersionId=second
    )
    unlabelled = subject.stages(name)

    read = subject.client.get_secret_value(SecretId=name, VersionId=second)["SecretString"]
    subject.client.update_secret_version_stage(
        SecretId=name, VersionStage="YOURS", MoveToVersionId=second
    )

    assert (unlabelled, read) == ({first: {"AWSCURRENT"}}, "second")
    assert subject.stages(name) == {first: {"AWSCURRENT"}, second: {"YOURS"}}


def _with_pending(subject: Subject) -> tuple[str, str, str]:
    name, first = subject.new_secret("first")
    return name, first, subject.put(name, "second", "AWSPENDING")
