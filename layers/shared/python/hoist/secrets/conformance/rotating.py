"""Rotation as far as it is the store's: behaviours 47 to 57."""

from hoist.secrets.answers import RotationRulesShape
from hoist.secrets.conformance.case import behaviour, refused
from hoist.secrets.conformance.subject import Subject, new_token


@behaviour(47)
def rotate_without_function(subject: Subject) -> None:
    """A secret that never had a rotation function is not rotated without one."""
    name, current = subject.new_secret()

    with refused("InvalidRequestException"):
        subject.client.rotate_secret(SecretId=name, RotationRules={"AutomaticallyAfterDays": 30})

    assert "RotationEnabled" not in subject.client.describe_secret(SecretId=name)
    assert subject.stages(name) == {current: {"AWSCURRENT"}}


@behaviour(48)
def rotate_with_missing_function(subject: Subject) -> None:
    """A function that cannot be invoked is refused, and nothing of it is stored."""
    name, current = subject.new_secret()

    with refused("AccessDeniedException"):
        subject.client.rotate_secret(
            SecretId=name,
            RotationLambdaARN=subject.missing_function_arn,
            RotationRules={"AutomaticallyAfterDays": 30},
        )

    assert "RotationEnabled" not in subject.client.describe_secret(SecretId=name)
    assert subject.stages(name) == {current: {"AWSCURRENT"}}


@behaviour(49)
def function_is_remembered(subject: Subject) -> None:
    """A later rotation uses the function and the rules of the one before."""
    name, _, token = subject.new_rotating_secret()
    _finish(subject, name, token)

    answer = subject.client.rotate_secret(SecretId=name, ClientRequestToken=new_token())

    described = subject.client.describe_secret(SecretId=name)
    assert "VersionId" in answer
    assert described["RotationLambdaARN"] == subject.function_arn
    assert described["RotationRules"]["AutomaticallyAfterDays"] == 30


@behaviour(50)
def placeholder_is_there_first(subject: Subject) -> None:
    """A rotation begins with an empty pending version, whose id is the token."""
    name, current, token = subject.new_rotating_secret()

    assert subject.stages(name) == {current: {"AWSCURRENT"}, token: {"AWSPENDING"}}
    with refused("ResourceNotFoundException"):
        subject.client.get_secret_value(SecretId=name, VersionId=token)


@behaviour(51)
def stopped_rotation_is_harmless(subject: Subject) -> None:
    """A rotation that stops after its value was stored leaves the current version alone."""
    name, current, token = subject.new_rotating_secret()

    _fill(subject, name, token)

    assert subject.stages(name) == {current: {"AWSCURRENT"}, token: {"AWSPENDING"}}
    assert subject.client.get_secret_value(SecretId=name)["SecretString"] == "first"


@behaviour(52)
def one_rotation_at_a_time(subject: Subject) -> None:
    """While a version that is not the current one is pending, no other rotation begins."""
    name, current, token = subject.new_rotating_secret()

    with refused("InvalidRequestException"):
        subject.client.rotate_secret(SecretId=name, ClientRequestToken=new_token())

    assert subject.stages(name) == {current: {"AWSCURRENT"}, token: {"AWSPENDING"}}


@behaviour(53)
def current_and_pending_is_finished(subject: Subject) -> None:
    """A pending label that was left on the current version does not stop the next rotation."""
    name, _, token = subject.new_rotating_secret()
    _finish(subject, name, token)
    following = new_token()

    subject.start(subject, name, following)

    stages = subject.stages(name)
    assert (stages[token], stages[following]) == ({"AWSCURRENT"}, {"AWSPENDING"})


@behaviour(54)
def finished_rotation(subject: Subject) -> None:
    """After a rotation its version is current, perhaps still pending, and the old one previous."""
    name, current, token = subject.new_rotating_secret()

    _finish(subject, name, token)

    stages = subject.stages(name)
    assert stages[token] - {"AWSPENDING"} == {"AWSCURRENT"}
    assert stages[current] == {"AWSPREVIOUS"}
    assert subject.client.get_secret_value(SecretId=name)["SecretString"] == "rotated"


@behaviour(55)
def rules_without_rotation(subject: Subject) -> None:
    """With RotateImmediately=False the rules are stored and no version is left behind."""
    name, current = subject.new_secret()

    subject.client.rotate_secret(
        SecretId=name,
        RotationLambdaARN=subject.function_arn,
        RotationRules={"AutomaticallyAfterDays": 30},
        RotateImmediately=False,
    )

    assert subject.client.describe_secret(SecretId=name)["RotationEnabled"] is True
    assert subject.stages(name) == {current: {"AWSCURRENT"}}
    assert subject.value(name) == "first"


@behaviour(56)
def put_abandons_rotation(subject: Subject) -> None:
    """A current version that is made by hand ends the rotation that was under way."""
    name, current, token = subject.new_rotating_secret()
    _fill(subject, name, token)

    by_hand = subject.put(name, "by hand")

    assert subject.stages(name) == {by_hand: {"AWSCURRENT"}, current: {"AWSPREVIOUS"}}


@behaviour(57)
def rules_are_checked(subject: Subject) -> None:
    """Rules that could never be kept are refused."""
    name, _ = subject.new_secret()
    refused_rules: list[RotationRulesShape] = [
        {"AutomaticallyAfterDays": 0},
        {"AutomaticallyAfterDays": 1001},
        {"ScheduleExpression": "rate(3 hours)"},
        {"ScheduleExpression": "cron(5 8 * * ? *)"},
        {"ScheduleExpression": "every now and then"},
    ]

    for rules in refused_rules:
        with refused("InvalidParameterException", "InvalidRequestException"):
            subject.client.rotate_secret(
                SecretId=name, RotationLambdaARN=subject.function_arn, RotationRules=rules
            )

    assert "RotationEnabled" not in subject.client.describe_secret(SecretId=name)


def _fill(subject: Subject, name: str, token: str) -> None:
    subject.client.put_secret_value(
        SecretId=name,
        SecretString="rotated",
        ClientRequestToken=token,
        VersionStages=["AWSPENDING"],
    )


def _finish(subject: Subject, name: str, token: str) -> None:
    """What the steps of a rotation do to the store."""
    _fill(subject, name, token)
    current = [
        version for version, labels in subject.stages(name).items() if "AWSCURRENT" in labels
    ]
    assert len(current) == 1
    subject.client.update_secret_version_stage(
        SecretId=name,
        VersionStage="AWSCURRENT",
        MoveToVersionId=token,
        RemoveFromVersionId=current[0],
    )
