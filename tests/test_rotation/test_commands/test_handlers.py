"""Rotation functions of other people, named on the command line."""

from pathlib import Path

import pytest

from doctor_site import DoctorSite
from hoist.cli.exit_codes import ExitCode
from rotation.commands.handlers import ForeignHandlerError, named_handler, print_trace
from rotation.doctor.errors import HandlerUnusableError

CANARY = "CANARY-in-foreign-text"

MODULE = f"""
from hoist.clock import SystemClock
from hoist.secrets.file_store import FileSecretStore
from hoist.secrets.key_file import master_keys_in_file
from pathlib import Path

HERE = Path(__file__).parent

def handle(event, context):
    print("printed by", event["Step"])
    keys = master_keys_in_file(HERE / "master.key")
    store = FileSecretStore(HERE / "store", keys, clock=SystemClock())
    secret, token = event["SecretId"], event["ClientRequestToken"]
    if event["Step"] == "createSecret":
        store.put_secret_value(
            SecretId=secret, ClientRequestToken=token, SecretString="made elsewhere",
            VersionStages=["AWSPENDING"],
        )
    if event["Step"] == "finishSecret":
        held = store.describe_secret(SecretId=secret)["VersionIdsToStages"]
        current = next(each for each, labels in held.items() if "AWSCURRENT" in labels)
        store.update_secret_version_stage(
            SecretId=secret, VersionStage="AWSCURRENT", MoveToVersionId=token,
            RemoveFromVersionId=current,
        )

def failing(event, context):
    raise ValueError("{CANARY}")

number = 1
"""


@pytest.fixture
def module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A module in the present directory, of a name that no other test uses."""
    name = f"handlers_of_{tmp_path.name.replace('-', '_')}"
    (tmp_path / f"{name}.py").write_text(MODULE)
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    return name


def test_any_function_rotates(tmp_path: Path, module: str) -> None:
    """The engine drives a function that it knows nothing of; its prints do not spoil the result."""
    site = DoctorSite(tmp_path)
    site.secret("app/a", "old")

    ran = site.run("rotate", "app/a", "--handler", f"{module}:handle")

    assert (ran.exit_code, ran.out) == (ExitCode.OK, "app/a: succeeded\n")
    assert "printed by testSecret" in ran.err
    assert site.value("app/a") == "made elsewhere"
    assert site.labels("app/a") == [["AWSCURRENT"], ["AWSPREVIOUS"]]


def test_doctor_goes_on_with_any_function(tmp_path: Path, module: str) -> None:
    """A rotation of a foreign function that got stuck is brought to its end by that function."""
    site = DoctorSite(tmp_path)
    site.secret("app/a", "old")
    site.begin_rotation("app/a")
    site.clock.advance(3601)

    ran = site.run("doctor", "app/a", "--handler", f"{module}:handle", "--apply")

    assert ran.exit_code == ExitCode.OK
    assert site.value("app/a") == "made elsewhere"


def test_text_of_a_foreign_error_is_not_shown(tmp_path: Path, module: str) -> None:
    """Its kind and its step are told, and kept in the log; its text may quote a value."""
    site = DoctorSite(tmp_path)
    site.secret("app/a", "old")

    ran = site.run("rotate", "app/a", "--handler", f"{module}:failing", "--tries", "1")

    assert ran.exit_code == ExitCode.FAILED
    assert "failed in createSecret: ValueError" in ran.err
    log = (tmp_path / "store" / "rotations.ndjson").read_text()
    assert CANARY not in ran.out + ran.err + log


def test_author_sees_the_error(
    tmp_path: Path, module: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whoever asks for it sees the whole error, on standard error."""
    handle = named_handler(f"{module}:failing", directory=tmp_path, tell=print_trace)

    with pytest.raises(ForeignHandlerError, match="^ValueError$"):
        handle({"Step": "createSecret"}, None)
    assert CANARY in capsys.readouterr().err


@pytest.mark.parametrize(
    "target",
    ["", ":", "a", "a:", ":b", "no_such_module:handle", "a.b.c:handle", "..:x", "{module}:missing"],
)
def test_what_cannot_be_found(tmp_path: Path, module: str, target: str) -> None:
    """What is no function of a module is refused, with a way out."""
    with pytest.raises(HandlerUnusableError) as caught:
        named_handler(target.format(module=module), directory=tmp_path)
    assert caught.value.way_out


def test_what_is_no_function(tmp_path: Path, module: str) -> None:
    """A value cannot be called."""
    with pytest.raises(HandlerUnusableError, match="is not a function"):
        named_handler(f"{module}:number", directory=tmp_path)


def test_module_that_fails(tmp_path: Path, module: str) -> None:
    """A module that cannot be imported is told by the kind of its error alone."""
    (tmp_path / f"{module}_broken.py").write_text(f"raise ValueError('{CANARY}')")

    with pytest.raises(HandlerUnusableError) as caught:
        named_handler(f"{module}_broken:handle", directory=tmp_path)
    assert "ValueError" in caught.value.message
    assert CANARY not in caught.value.message
