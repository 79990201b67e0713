"""Reading values: behaviours 25 to 32."""

from hoist.secrets.conformance.case import behaviour, refusal_of, refused
from hoist.secrets.conformance.subject import Subject, new_token


@behaviour(25)
def plain_read_is_current(subject: Subject) -> None:
    """A read without id and label gives the current version, also after it was moved and back."""
    name, first = subject.new_secret("first")
    second = subject.put(name, "second", "AWSPENDING")
    seen = []

    for target, source in ((second, first), (first, second)):
        subject.client.update_secret_version_stage(
            SecretId=name,
            VersionStage="AWSCURRENT",
            MoveToVersionId=target,
            RemoveFromVersionId=source,
        )
        seen.append(subject.client.get_secret_value(SecretId=name)["SecretString"])

    assert seen == ["second", "first"]


@behaviour(26)
def read_by_id(subject: Subject) -> None:
    """Any version can be read by its id, also one without a label."""
    name, first = subject.new_secret("first")
    subject.put(name, "second")
    subject.put(name, "third")

    answer = subject.client.get_secret_value(SecretId=name, VersionId=first)

    assert answer["SecretString"] == "first"
    assert answer["VersionId"] == first
    assert not answer.get("VersionStages")


@behaviour(27)
def id_and_label_agree(subject: Subject) -> None:
    """When id and label are both given, the version must have the label."""
    name, first = subject.new_secret("first")
    second = subject.put(name, "second")

    agreeing = subject.client.get_secret_value(
        SecretId=name, VersionId=first, VersionStage="AWSPREVIOUS"
    )
    with refused("InvalidRequestException"):
        subject.client.get_secret_value(SecretId=name, VersionId=second, VersionStage="AWSPREVIOUS")

    assert agreeing["SecretString"] == "first"


@behaviour(28)
def read_unknown_secret(subject: Subject) -> None:
    """A secret that is not there cannot be read."""
    with refused("ResourceNotFoundException"):
        subject.client.get_secret_value(SecretId=subject.new_name())


@behaviour(29)
def read_unknown_version(subject: Subject) -> None:
    """Neither can a version that is not there, by label or by id."""
    name, _ = subject.new_secret()

    with refused("ResourceNotFoundException"):
        subject.client.get_secret_value(SecretId=name, VersionStage="AWSPREVIOUS")
    with refused("ResourceNotFoundException"):
        subject.client.get_secret_value(SecretId=name, VersionId=new_token())


@behaviour(30)
def read_placeholder(subject: Subject) -> None:
    """A rotation's empty version cannot be read by id, by label or by both."""
    name, _, token = subject.new_rotating_secret()

    with refused("ResourceNotFoundException"):
        subject.client.get_secret_value(SecretId=name, VersionId=token)
    with refused("ResourceNotFoundException"):
        subject.client.get_secret_value(SecretId=name, VersionStage="AWSPENDING")
    with refused("ResourceNotFoundException"):
        subject.client.get_secret_value(SecretId=name, VersionId=token, VersionStage="AWSPENDING")

    assert subject.value(name) == "first"


@behaviour(31)
def errors_are_status_400(subject: Subject) -> None:
    """An error of the caller has the status 400, also when something is not found."""
    refusal = refusal_of(lambda: subject.client.get_secret_value(SecretId=subject.new_name()))

    assert refusal.response["ResponseMetadata"]["HTTPStatusCode"] == 400


@behaviour(32)
def binary_value(subject: Subject) -> None:
    """A binary value comes back as SecretBinary, byte for byte, and not as a text."""
    name, value = subject.new_name(), bytes(range(256))
    subject.client.create_secret(Name=name, SecretBinary=value)

    answer = subject.client.get_secret_value(SecretId=name)

    assert answer["SecretBinary"] == value
    assert "SecretString" not in answer
