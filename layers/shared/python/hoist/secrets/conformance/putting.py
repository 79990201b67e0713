"""Putting values: behaviours 6 to 19, 23 and 24."""

from collections import Counter

from hoist.secrets.conformance.case import behaviour, refused
from hoist.secrets.conformance.subject import Subject, new_token

MAX_VALUE_BYTES = 65_536


@behaviour(6)
def put_moves_current(subject: Subject) -> None:
    """A put without labels makes its version current and the one before previous."""
    name, first = subject.new_secret()

    second = subject.put(name, "second")
    third = subject.put(name, "third")

    assert subject.stages(name) == {third: {"AWSCURRENT"}, second: {"AWSPREVIOUS"}}
    assert subject.value(name, "AWSPREVIOUS") == "second"
    assert first not in subject.stages(name)


@behaviour(7)
def put_repeated(subject: Subject) -> None:
    """A put that is repeated with its token and value succeeds and changes nothing."""
    name, first = subject.new_secret()
    second = subject.put(name, "second")
    before = subject.stages(name)

    answer = subject.client.put_secret_value(
        SecretId=name, SecretString="second", ClientRequestToken=second
    )

    assert answer["VersionId"] == second
    assert subject.stages(name) == before == {second: {"AWSCURRENT"}, first: {"AWSPREVIOUS"}}


@behaviour(8)
def put_repeated_with_other_value(subject: Subject) -> None:
    """A put with the token of a version that has another value is refused."""
    name, token = subject.new_secret("first")

    with refused("ResourceExistsException"):
        subject.client.put_secret_value(
            SecretId=name, SecretString="other", ClientRequestToken=token
        )

    assert subject.value(name) == "first"


@behaviour(9)
def pending_value_is_kept(subject: Subject) -> None:
    """That holds for a pending version too, once it has a value."""
    name, _ = subject.new_secret()
    pending = subject.put(name, "second", "AWSPENDING")

    with refused("ResourceExistsException"):
        subject.client.put_secret_value(
            SecretId=name,
            SecretString="other",
            ClientRequestToken=pending,
            VersionStages=["AWSPENDING"],
        )

    assert subject.value(name, "AWSPENDING") == "second"


@behaviour(10)
def placeholder_is_filled(subject: Subject) -> None:
    """A put under a rotation's token fills its empty pending version."""
    name, current, token = subject.new_rotating_secret()

    subject.client.put_secret_value(
        SecretId=name,
        SecretString="second",
        ClientRequestToken=token,
        VersionStages=["AWSPENDING"],
    )

    assert subject.stages(name) == {current: {"AWSCURRENT"}, token: {"AWSPENDING"}}
    assert subject.value(name, "AWSPENDING") == "second"


@behaviour(11)
def put_with_other_label(subject: Subject) -> None:
    """A put with labels of which none is AWSCURRENT leaves the current version alone."""
    name, current = subject.new_secret()

    pending = subject.put(name, "second", "AWSPENDING")

    assert subject.stages(name) == {current: {"AWSCURRENT"}, pending: {"AWSPENDING"}}
    assert subject.value(name) == "first"


@behaviour(12)
def put_takes_labels(subject: Subject) -> None:
    """The labels of a put leave the version that held them."""
    name, current = subject.new_secret()
    second = subject.put(name, "second", "ONE", "TWO")

    third = subject.put(name, "third", "TWO", "THREE")

    assert subject.stages(name) == {
        current: {"AWSCURRENT"},
        second: {"ONE"},
        third: {"TWO", "THREE"},
    }


@behaviour(13)
def put_takes_labels_with_current(subject: Subject) -> None:
    """They leave it too when AWSCURRENT is among them."""
    name, first = subject.new_secret()
    second = subject.put(name, "second", "ONE")

    third = subject.put(name, "third", "AWSCURRENT", "ONE")

    assert subject.stages(name) == {first: {"AWSPREVIOUS"}, third: {"AWSCURRENT", "ONE"}}
    assert second not in subject.stages(name)


@behaviour(14)
def custom_labels_survive(subject: Subject) -> None:
    """A version that is replaced as the current one keeps its own labels."""
    name, _ = subject.new_secret()
    second = subject.put(name, "second", "AWSCURRENT", "MINE")

    third = subject.put(name, "third")

    assert subject.stages(name) == {second: {"AWSPREVIOUS", "MINE"}, third: {"AWSCURRENT"}}


@behaviour(15)
def pending_label_does_not_survive(subject: Subject) -> None:
    """A version that is replaced by a put is not pending any more."""
    name, first = subject.new_secret()
    second = subject.put(name, "second", "AWSPENDING")
    subject.client.update_secret_version_stage(
        SecretId=name,
        VersionStage="AWSCURRENT",
        MoveToVersionId=second,
        RemoveFromVersionId=first,
    )

    third = subject.put(name, "third")

    assert subject.stages(name) == {second: {"AWSPREVIOUS"}, third: {"AWSCURRENT"}}


@behaviour(16)
def labels_are_unique(subject: Subject) -> None:
    """After any puts and moves, no label is on two versions."""
    name, first = subject.new_secret()
    second = subject.put(name, "second", "AWSPENDING", "MINE")
    subject.client.update_secret_version_stage(
        SecretId=name,
        VersionStage="AWSCURRENT",
        MoveToVersionId=second,
        RemoveFromVersionId=first,
    )
    subject.put(name, "third", "AWSCURRENT", "MINE")
    subject.put(name, "fourth", "AWSPENDING", "MINE")
    subject.put(name, "fifth")

    labels = Counter(label for held in subject.stages(name).values() for label in held)

    assert set(labels.values()) == {1}
    assert {"AWSCURRENT", "AWSPREVIOUS"} <= set(labels)


@behaviour(17)
def text_and_binary(subject: Subject) -> None:
    """A value is a text or binary: both at once are refused."""
    name, _ = subject.new_secret()

    with refused():
        subject.client.put_secret_value(SecretId=name, SecretString="two", SecretBinary=b"two")

    assert subject.value(name) == "first"


@behaviour(18)
def neither_text_nor_binary(subject: Subject) -> None:
    """A put without a value is refused."""
    name, _ = subject.new_secret()

    with refused("InvalidRequestException"):
        subject.client.put_secret_value(SecretId=name)


@behaviour(19)
def empty_value(subject: Subject) -> None:
    """An empty value is refused."""
    name, _ = subject.new_secret()

    with refused("InvalidParameterException", "InvalidRequestException"):
        subject.client.put_secret_value(SecretId=name, SecretString="")

    assert subject.value(name) == "first"


@behaviour(19)
def value_size(subject: Subject) -> None:
    """A value has at most 65536 bytes, and this many are taken."""
    name, _ = subject.new_secret()
    subject.put(name, "x" * MAX_VALUE_BYTES)

    with refused("InvalidParameterException", "ValidationException"):
        subject.put(name, "x" * (MAX_VALUE_BYTES + 1))

    assert len(subject.value(name)) == MAX_VALUE_BYTES


@behaviour(23)
def label_count(subject: Subject) -> None:
    """A put has at most 20 labels."""
    name, current = subject.new_secret()

    with refused():
        subject.put(name, "second", *(f"LABEL{number}" for number in range(21)))

    assert subject.stages(name) == {current: {"AWSCURRENT"}}


@behaviour(24)
def put_answers_labels(subject: Subject) -> None:
    """A put answers with the labels of its version, sorted."""
    name, _ = subject.new_secret()
    token = new_token()

    answer = subject.client.put_secret_value(
        SecretId=name,
        SecretString="second",
        ClientRequestToken=token,
        VersionStages=["ZULU", "AWSPENDING", "MIKE"],
    )

    assert answer["VersionId"] == token
    assert answer["VersionStages"] == ["AWSPENDING", "MIKE", "ZULU"]
