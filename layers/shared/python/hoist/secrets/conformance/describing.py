"""Lists and descriptions: behaviours 41 to 46."""

from datetime import UTC

from hoist.secrets.conformance.case import behaviour, refused
from hoist.secrets.conformance.subject import Subject


@behaviour(41)
def deprecated_versions_are_hidden(subject: Subject) -> None:
    """Versions without a label are listed only on request, and then without VersionStages."""
    name, first = subject.new_secret()
    second = subject.put(name, "second")
    third = subject.put(name, "third")

    listed = subject.client.list_secret_version_ids(SecretId=name)["Versions"]
    all_listed = subject.client.list_secret_version_ids(SecretId=name, IncludeDeprecated=True)

    assert {version["VersionId"] for version in listed} == {second, third}
    stages = {
        version["VersionId"]: version.get("VersionStages") for version in all_listed["Versions"]
    }
    assert stages == {first: None, second: ["AWSPREVIOUS"], third: ["AWSCURRENT"]}


@behaviour(42)
def empty_versions_are_not_listed(subject: Subject) -> None:
    """A rotation's version is listed once it has a value."""
    name, current, token = subject.new_rotating_secret()

    listed = subject.client.list_secret_version_ids(SecretId=name, IncludeDeprecated=True)

    found = {version["VersionId"] for version in listed["Versions"]}
    assert current in found
    assert token not in found


@behaviour(43)
def description_has_labelled_versions(subject: Subject) -> None:
    """A description names the versions with a label, also the empty one of a rotation."""
    name, first = subject.new_secret()
    second = subject.put(name, "second")
    third = subject.put(name, "third")
    rotating, current, token = subject.new_rotating_secret()

    described = subject.client.describe_secret(SecretId=name)["VersionIdsToStages"]
    rotation = subject.client.describe_secret(SecretId=rotating)["VersionIdsToStages"]

    assert described == {second: ["AWSPREVIOUS"], third: ["AWSCURRENT"]}
    assert first not in described
    assert rotation == {current: ["AWSCURRENT"], token: ["AWSPENDING"]}


@behaviour(44)
def describe_unknown_secret(subject: Subject) -> None:
    """A secret that is not there has neither a description nor versions."""
    with refused("ResourceNotFoundException"):
        subject.client.describe_secret(SecretId=subject.new_name())
    with refused("ResourceNotFoundException"):
        subject.client.list_secret_version_ids(SecretId=subject.new_name())


@behaviour(45)
def rotation_in_description(subject: Subject) -> None:
    """Rotation is in a description once it was set; cancelled, it is off and its rules stay."""
    plain, _ = subject.new_secret()
    rotating, _, _ = subject.new_rotating_secret()
    enabled = subject.client.describe_secret(SecretId=rotating)

    subject.client.cancel_rotate_secret(SecretId=rotating)

    cancelled = subject.client.describe_secret(SecretId=rotating)
    assert "RotationEnabled" not in subject.client.describe_secret(SecretId=plain)
    assert (enabled["RotationEnabled"], cancelled["RotationEnabled"]) == (True, False)
    assert cancelled["RotationRules"]["AutomaticallyAfterDays"] == 30


@behaviour(46)
def last_access(subject: Subject) -> None:
    """A description tells the day of the last read, and nothing before the first."""
    name, _ = subject.new_secret()
    before = subject.client.describe_secret(SecretId=name)

    subject.client.get_secret_value(SecretId=name)

    read_at = subject.client.describe_secret(SecretId=name)["LastAccessedDate"].astimezone(UTC)
    assert "LastAccessedDate" not in before
    assert (read_at.hour, read_at.minute, read_at.second) == (0, 0, 0)
