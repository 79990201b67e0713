"""Creating secrets: behaviours 1 to 5, and 20 to 22."""

from hoist.secrets.conformance.case import behaviour, refused
from hoist.secrets.conformance.subject import Subject, new_token


@behaviour(1)
def create_with_value(subject: Subject) -> None:
    """A secret created with a value has one version, named by the token, which is current."""
    name, token = subject.new_name(), new_token()

    answer = subject.client.create_secret(Name=name, SecretString="first", ClientRequestToken=token)

    assert answer["VersionId"] == token
    assert answer["Name"] == name
    assert subject.stages(name) == {token: {"AWSCURRENT"}}
    assert subject.value(name) == "first"


@behaviour(2)
def create_without_value(subject: Subject) -> None:
    """A secret created without a value has no version and cannot be read."""
    name = subject.new_name()

    answer = subject.client.create_secret(Name=name)

    assert "VersionId" not in answer
    assert "VersionIdsToStages" not in subject.client.describe_secret(SecretId=name)
    with refused("ResourceNotFoundException"):
        subject.client.get_secret_value(SecretId=name)


@behaviour(3)
def first_value_is_current(subject: Subject) -> None:
    """The first value that is put into a secret becomes current, whatever labels it was given."""
    name = subject.new_name()
    subject.client.create_secret(Name=name)

    version = subject.put(name, "first", "AWSPENDING")

    assert "AWSCURRENT" in subject.stages(name)[version]
    assert subject.value(name) == "first"


@behaviour(4)
def create_existing_name(subject: Subject) -> None:
    """A name that is taken is refused to another create."""
    name, _ = subject.new_secret()

    with refused("ResourceExistsException"):
        subject.client.create_secret(Name=name, SecretString="first")


@behaviour(5)
def create_repeated(subject: Subject) -> None:
    """A create that is repeated with its token and value succeeds and changes nothing."""
    name, token = subject.new_secret("first")

    again = subject.client.create_secret(Name=name, SecretString="first", ClientRequestToken=token)

    assert again["ARN"] == subject.client.describe_secret(SecretId=name)["ARN"]
    assert subject.stages(name) == {token: {"AWSCURRENT"}}


@behaviour(5)
def create_repeated_with_other_value(subject: Subject) -> None:
    """A create that is repeated with its token and another value is refused."""
    name, token = subject.new_secret("first")

    with refused("ResourceExistsException"):
        subject.client.create_secret(Name=name, SecretString="other", ClientRequestToken=token)

    assert subject.value(name) == "first"


@behaviour(20)
def token_lengths(subject: Subject) -> None:
    """A token has 32 to 64 characters."""
    name, _ = subject.new_secret()

    for token in ("t" * 31, "t" * 65):
        with refused("InvalidParameterException"):
            subject.client.put_secret_value(
                SecretId=name, SecretString="second", ClientRequestToken=token
            )

    assert subject.value(name) == "first"


@behaviour(21)
def token_is_made_up(subject: Subject) -> None:
    """A call without a token makes a version of its own each time."""
    name, first = subject.new_secret()

    made = {
        subject.client.put_secret_value(SecretId=name, SecretString="same")["VersionId"]
        for _ in range(2)
    }

    assert len(made | {first}) == 3
    assert all(32 <= len(version) <= 64 for version in made)


@behaviour(22)
def name_characters(subject: Subject) -> None:
    """A name has letters, digits and some punctuation, and nothing else."""
    for ending in (" space", ":colon", "umläut", "\nline"):
        with refused("ValidationException"):
            subject.client.create_secret(Name=subject.new_name(ending), SecretString="first")

    subject.client.create_secret(Name=subject.new_name("/_+=.@!-"), SecretString="first")
