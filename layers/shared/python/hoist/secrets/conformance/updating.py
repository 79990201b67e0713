"""UpdateSecret: behaviour 60."""

from hoist.secrets.conformance.case import behaviour, refused
from hoist.secrets.conformance.subject import Subject, new_token


@behaviour(60)
def update_value(subject: Subject) -> None:
    """An update with a value makes a new current version and says which."""
    name, first = subject.new_secret()
    token = new_token()

    answer = subject.client.update_secret(
        SecretId=name, SecretString="second", ClientRequestToken=token
    )

    assert answer["VersionId"] == token
    assert subject.stages(name) == {token: {"AWSCURRENT"}, first: {"AWSPREVIOUS"}}


@behaviour(60)
def update_description(subject: Subject) -> None:
    """An update without a value makes no version."""
    name, first = subject.new_secret()

    answer = subject.client.update_secret(SecretId=name, Description="words")

    assert "VersionId" not in answer
    assert subject.client.describe_secret(SecretId=name)["Description"] == "words"
    assert subject.stages(name) == {first: {"AWSCURRENT"}}


@behaviour(60)
def update_is_not_repeated(subject: Subject) -> None:
    """An update with the token of a version is refused, even with the same value."""
    name, first = subject.new_secret("first")

    for value in ("first", "other"):
        with refused("ResourceExistsException"):
            subject.client.update_secret(
                SecretId=name, SecretString=value, ClientRequestToken=first
            )

    assert subject.value(name) == "first"
