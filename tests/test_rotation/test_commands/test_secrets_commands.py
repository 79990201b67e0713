"""`hoist secrets`, command by command, over a file store."""

import json
from datetime import timedelta
from pathlib import Path

import pytest

from doctor_site import DoctorSite, run_secrets
from hoist.cli.exit_codes import ExitCode
from hoist.cli.lazy_group import load_command
from rotation.commands.secrets_commands import COMMANDS
from rotation_probes import two_keys

CANARY = "CANARY-old-value"
# What the usual policy allows.
MADE = "CANARYmade0by1a2dead3process4567"


@pytest.fixture
def site(tmp_path: Path) -> DoctorSite:
    return DoctorSite(tmp_path)


@pytest.mark.parametrize("name", COMMANDS)
def test_each_row_leads_to_a_command(site: DoctorSite, name: str) -> None:
    """Every row of the table names a command of that name, and `--help` tells what it does."""
    assert load_command(COMMANDS[name].target).name == name

    ran = site.run(name, "--help")
    assert (ran.exit_code, ran.err) == (ExitCode.OK, "")
    assert "--aws" in ran.out
    assert "--json" in ran.out


def test_status_of_all(site: DoctorSite) -> None:
    """Each secret is a line: strategy, state, age and rule."""
    site.secret("app/a", CANARY, "generated")
    site.secret("app/b", CANARY)
    site.store.rotate_secret(
        SecretId="app/a",
        RotationLambdaARN="arn:aws:lambda:us-east-1:1:function:f",
        RotationRules={"AutomaticallyAfterDays": 30},
        RotateImmediately=False,
    )
    site.clock.advance(timedelta(days=40).total_seconds())

    ran = site.run("status")

    lines = [line.split() for line in ran.out.splitlines()]
    assert lines[1][:8] == ["app/a", "generated", "overdue", "40", "d", "every", "30", "d"]
    assert lines[2][:3] == ["app/b", "-", "not"]
    assert ran.exit_code == ExitCode.OK
    assert [each["name"] for each in site.json("status")] == ["app/a", "app/b"]


def test_status_reads_no_value(site: DoctorSite) -> None:
    """A status needs no key: a person who may only describe secrets can have it."""
    site.secret("app/a", CANARY, "generated")
    (site.root / "master.key").unlink()

    assert site.run("status").exit_code == ExitCode.OK
    assert site.run("status", "app/a").exit_code == ExitCode.OK


def test_status_of_an_empty_store(site: DoctorSite) -> None:
    """An empty store is no error."""
    ran = site.run("status")

    assert (ran.exit_code, ran.out) == (ExitCode.OK, "")
    assert site.json("status") == []


def test_rotate_and_history(site: DoctorSite) -> None:
    """A rotation brings a new value and leaves its events behind."""
    site.secret("app/a", CANARY, "generated")
    site.clock.advance(60)

    ran = site.run("rotate", "app/a")

    assert (ran.exit_code, ran.out) == (ExitCode.OK, "app/a: succeeded\n")
    assert site.value("app/a") != CANARY
    history = site.json("history", "app/a")
    assert [each["event"] for each in history["rotations"]] == [
        "RotationStarted",
        "RotationSucceeded",
    ]
    assert [each["labels"] for each in history["versions"]] == [["AWSCURRENT"], ["AWSPREVIOUS"]]
    assert "RotationSucceeded" in site.run("history", "app/a").out


def test_rotate_keeps_the_function_at_aws(site: DoctorSite) -> None:
    """A function that the secret names already stays its function."""
    site.secret("app/a", CANARY, "generated")
    site.store.rotate_secret(
        SecretId="app/a",
        RotationLambdaARN="arn:aws:lambda:us-east-1:1:function:f",
        RotateImmediately=False,
    )

    site.run("rotate", "app/a")

    described = site.store.describe_secret(SecretId="app/a")
    assert described["RotationLambdaARN"] == "arn:aws:lambda:us-east-1:1:function:f"


def test_rotate_in_test_mode(site: DoctorSite) -> None:
    """`--test` changes no value and leaves no label."""
    site.secret("app/a", CANARY, "generated")

    assert site.run("rotate", "app/a", "--test").exit_code == ExitCode.OK
    assert site.value("app/a") == CANARY
    assert site.labels("app/a") == [["AWSCURRENT"]]


def test_failed_rotation_is_told(site: DoctorSite) -> None:
    """Step, class and way out are told, the exit code is 1, and the status shows them."""
    site.secret("app/a", json.dumps({"host": CANARY}), "postgres-single-user")

    ran = site.run("rotate", "app/a", "--tries", "1")

    assert ran.exit_code == ExitCode.FAILED
    assert "the rotation failed in createSecret: schema/" in ran.err
    failure = site.json("status", "app/a")[0]["last_failure"]
    assert (failure["step"], failure["kind"]) == ("createSecret", "schema")
    assert "createSecret (schema/" in site.run("status", "app/a").out


def test_second_rotation_is_refused(site: DoctorSite) -> None:
    """While one rotation is open another is not begun; it can be resumed."""
    site.secret("app/a", CANARY, "generated")
    site.begin_rotation("app/a", MADE)

    assert site.run("rotate", "app/a").exit_code == ExitCode.USAGE
    assert site.json("rotate", "app/a")["error"]["code"] == "rotation_in_progress"
    assert site.run("rotate", "app/a", "--resume").exit_code == ExitCode.OK
    assert site.value("app/a") == MADE


def test_doctor_tries_a_stuck_rotation_again(site: DoctorSite) -> None:
    """Without --apply nothing changes; with it the stored value becomes current."""
    arn = site.secret("app/a", CANARY, "generated")
    site.begin_rotation("app/a", MADE)
    site.clock.advance(3601)

    dry = site.run("doctor", "app/a")

    assert dry.exit_code == ExitCode.FAILED
    assert f"aws secretsmanager rotate-secret --secret-id {arn}" in dry.out
    assert site.value("app/a") == CANARY
    applied = site.run("doctor", "app/a", "--apply")
    assert applied.exit_code == ExitCode.OK
    assert "nothing is wrong" in applied.out
    assert site.value("app/a") == MADE
    assert site.labels("app/a") == [["AWSCURRENT"], ["AWSPREVIOUS"]]


def test_doctor_replaces_poison(site: DoctorSite) -> None:
    """A pending value that its policy will never allow is replaced under a new token."""
    site.secret("app/a", CANARY, "generated")
    poison = site.begin_rotation("app/a", "short")
    assert site.run("rotate", "app/a", "--resume", "--tries", "2").exit_code == ExitCode.FAILED
    assert site.ailments("app/a") == ["poison_pending"]

    assert site.run("doctor", "app/a", "--apply").exit_code == ExitCode.OK

    assert len(site.value("app/a")) == 32
    labels = site.store.describe_secret(SecretId="app/a")["VersionIdsToStages"]
    assert poison not in labels


def test_doctor_replaces_a_stale_key(site: DoctorSite) -> None:
    """A signing key that has waited too long to be published is poison, too."""
    site.secret("app/a", two_keys(), "signing-keys")
    site.begin_rotation("app/a", two_keys())
    site.clock.advance(timedelta(days=2).total_seconds())

    assert site.ailments("app/a") == ["poison_pending"]
    assert site.run("doctor", "app/a", "--apply").exit_code == ExitCode.OK


def test_doctor_rolls_back(site: DoctorSite) -> None:
    """`--back` gives an open rotation up; without one it goes to the previous value."""
    site.secret("app/a", CANARY, "generated")
    site.run("rotate", "app/a")
    rotated = site.value("app/a")
    site.begin_rotation("app/a", MADE)

    assert "take AWSPENDING away" in site.run("doctor", "app/a", "--back").out
    (action,) = site.json("doctor", "app/a", "--back")["roll_back"]
    assert "--version-stage AWSPENDING --remove-from-version-id" in action["aws_command"]
    site.run("doctor", "app/a", "--back", "--apply")
    assert (site.value("app/a"), site.labels("app/a")) == (
        rotated,
        [["AWSCURRENT"], ["AWSPREVIOUS"]],
    )
    site.run("doctor", "app/a", "--back", "--apply")
    assert site.value("app/a") == CANARY


def test_doctor_takes_the_left_label_away(site: DoctorSite) -> None:
    """AWSPENDING that stayed on the current version goes."""
    site.secret("app/a", CANARY, "generated")
    version = site.begin_rotation("app/a", MADE)
    site.store.update_secret_version_stage(
        SecretId="app/a",
        VersionStage="AWSCURRENT",
        MoveToVersionId=version,
        RemoveFromVersionId=site.store.list_secret_version_ids(SecretId="app/a")["Versions"][0][
            "VersionId"
        ],
    )

    assert site.ailments("app/a") == ["pending_left_behind"]
    assert site.run("doctor", "app/a", "--apply").exit_code == ExitCode.OK
    assert site.labels("app/a") == [["AWSCURRENT"], ["AWSPREVIOUS"]]


def test_doctor_of_all(site: DoctorSite) -> None:
    """All secrets are looked at, and one that nobody rotates is not ill; JSON is the same."""
    site.secret("app/a", CANARY, "generated")
    site.secret("app/b", "text")
    site.store.create_secret(Name="app/c", SecretBinary=b"\xff")
    site.begin_rotation("app/a", "short")

    ran = site.run("doctor")

    assert ran.exit_code == ExitCode.FAILED
    assert "app/b: nothing is wrong" in ran.out
    assert "app/c: nothing is wrong" in ran.out
    found = {each["name"]: each["findings"] for each in site.json("doctor")}
    assert [each["ailment"] for each in found["app/a"]] == ["poison_pending"]


def test_secret_that_is_to_be_deleted(site: DoctorSite) -> None:
    """Its state is told; its values cannot be had, and that is no fault of Hoist's."""
    site.secret("app/a", CANARY, "generated")
    site.store.delete_secret(SecretId="app/a")

    assert "to be deleted" in site.run("status", "app/a").out
    ran = site.run("doctor", "app/a")
    assert ran.exit_code == ExitCode.FAILED
    assert "GetSecretValue ended with InvalidRequestException" in ran.err


def test_read_shows_no_value(site: DoctorSite) -> None:
    """The version is shown; the value comes with --show alone, and needs no decoration."""
    site.secret("app/a", CANARY)

    without, shown = site.run("read", "app/a"), site.run("read", "app/a", "--show")

    assert "AWSCURRENT" in without.out
    assert CANARY not in without.out + without.err
    assert (shown.out, shown.err) == (f"{CANARY}\n", "")
    assert "value" not in site.json("read", "app/a")
    assert site.json("read", "app/a", "--show")["value"] == CANARY


def test_read_of_a_binary_value(site: DoctorSite) -> None:
    """Bytes are printed in base64."""
    site.store.create_secret(Name="app/a", SecretBinary=b"\xff\x00")

    assert site.run("read", "app/a", "--show").out == "/wA=\n"


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["read", "missing"], "secret_missing"),
        (["history", "missing"], "secret_missing"),
        (["doctor", "missing"], "secret_missing"),
        (["status", "missing"], "secret_missing"),
        (["rotate", "missing"], "secret_missing"),
        (["read", "app/a", "--stage", "blue"], "secret_missing"),
        (["read", "app/a", "--stage", "AWSPENDING", "--show"], "secret_missing"),
        (["read", ""], "usage"),
        (["read", "what is this?"], "usage"),
        (["doctor", "--apply"], "usage"),
        (["doctor", "--back"], "usage"),
        (["doctor", "app/a", "--back"], "roll_back_refused"),
        (["rotate", "app/a", "--resume"], "no_rotation"),
        (["rotate", "app/a", "--resume", "--test"], "usage"),
        (["rotate", "app/a", "--tries", "0"], "usage"),
        (["rotate", "app/a", "--aws", "--handler", "a:b"], "usage"),
        (["rotate", "app/a", "--handler", "a"], "handler_unusable"),
    ],
)
def test_mistakes(site: DoctorSite, arguments: list[str], code: str) -> None:
    """A mistake has exit code 2, a sentence, a way out and a code, and no trace."""
    site.secret("app/a", CANARY, "generated")

    ran = site.run(*arguments, "--json")

    assert ran.exit_code == ExitCode.USAGE
    error = json.loads(ran.out)["error"]
    assert (error["code"], bool(error["way_out"])) == (code, True)
    assert "Traceback" not in ran.err


@pytest.mark.parametrize("missing", ["HOIST_SECRETS_DIR", "HOIST_SECRETS_KEY_FILE"])
def test_store_that_is_not_configured(site: DoctorSite, missing: str) -> None:
    """The setting that is missing is named."""
    ran = site.run("status", **{missing: ""})

    assert ran.exit_code == ExitCode.USAGE
    assert missing in ran.err


def test_key_that_is_gone(site: DoctorSite) -> None:
    """Without the master key a value cannot be had, and that is the machine's fault."""
    site.secret("app/a", CANARY)
    (site.root / "master.key").unlink()

    ran = site.run("read", "app/a", "--show")

    assert ran.exit_code == ExitCode.ENVIRONMENT_FAULT
    assert "master.key" in ran.err


def test_nothing_is_said_of_values(site: DoctorSite) -> None:
    """Through rotations, failures and the doctor no value is printed or kept in the log."""
    site.secret("app/a", CANARY, "generated")
    site.secret("app/b", json.dumps({"password": CANARY, "strategy": "generated"}))
    site.secret("app/c", json.dumps({"password": CANARY}), "postgres-single-user")
    told = []
    for name in ("app/a", "app/b", "app/c"):
        for command in ("rotate", "doctor", "status", "history", "read"):
            told.append(site.run(command, name))
            told.append(site.run(command, name, "--json"))
    values = {CANARY, MADE, site.value("app/a"), site.value("app/a", "AWSPREVIOUS")}

    log = (site.root / "store" / "rotations.ndjson").read_text()
    text = log + "".join(ran.out + ran.err for ran in told)
    assert [value for value in values if value in text] == []


def test_no_way_to_aws(site: DoctorSite) -> None:
    """Without a region the way to AWS is what is missing."""
    ran = run_secrets(("status", "--aws"), {}, site.clock)

    assert ran.exit_code == ExitCode.USAGE
    assert "AWS_REGION" in ran.err
