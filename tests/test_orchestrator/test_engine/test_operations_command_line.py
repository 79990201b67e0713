"""What is asked of the engine, as its command line has it."""

from pathlib import Path
from typing import Any

import pytest

from orchestrator.engine.operation_errors import OperationInvalidError
from orchestrator.engine.operations import (
    Operation,
    OperationKind,
    PendingImport,
    command_line,
    language_environment,
)
from orchestrator.state.names import StackName

NAME = StackName("shop", "dev")
ENGINE = Path("/opt/pulumi")
HOST = "127.0.0.1:4711"


def line_of(kind: OperationKind, **options: Any) -> list[str]:
    return command_line(ENGINE, Operation(kind, NAME, **options), language_host=HOST)


@pytest.mark.parametrize("kind", [kind for kind in OperationKind if kind != OperationKind.IMPORT])
def test_every_operation_names_its_stack_and_never_asks(kind: OperationKind) -> None:
    """The engine is told the whole name of the stack, and to speak JSON and ask nothing."""
    line = line_of(kind)

    assert line[:4] == ["/opt/pulumi", str(kind), "--stack", "organization/shop/dev"]
    assert {"--non-interactive", "--json", "--parallel=32"} <= set(line)
    assert ("--yes" in line) is (kind is not OperationKind.PREVIEW)


@pytest.mark.parametrize(
    ("kind", "runs"),
    [
        (OperationKind.PREVIEW, True),
        (OperationKind.UP, True),
        (OperationKind.REFRESH, False),
        (OperationKind.DESTROY, False),
    ],
)
def test_only_programs_need_a_host(kind: OperationKind, *, runs: bool) -> None:
    """Where the program runs the engine is told who serves it."""
    assert (f"--client={HOST}" in line_of(kind)) is runs


def test_options_become_flags() -> None:
    """Message, targets and expectations are passed on."""
    line = line_of(
        OperationKind.UP,
        message="more; $(room)",
        targets=["urn:a", "urn:b"],
        expect_no_changes=True,
        continue_on_error=True,
        parallel=4,
    )

    assert {
        *("--message=more; $(room)", "--target=urn:a", "--target=urn:b"),
        *("--expect-no-changes", "--continue-on-error", "--parallel=4"),
    } <= set(line)


def test_an_import_finds_its_file_and_its_host() -> None:
    """An import takes an absolute path, generates no code, and is told where the host is."""
    operation = Operation(OperationKind.IMPORT, NAME, import_file=Path("things.json"))

    line = command_line(ENGINE, operation, language_host=HOST)

    assert f"--file={Path('things.json').absolute()}" in line
    assert "--generate-code=false" in line
    assert f"--client={HOST}" not in line
    assert language_environment(operation, language_host=HOST) == {
        "PULUMI_DEBUG_LANGUAGES": "python:4711"
    }
    up = Operation(OperationKind.UP, NAME)
    assert language_environment(up, language_host=HOST) == {}


@pytest.mark.parametrize(
    ("kind", "options", "named"),
    [
        (OperationKind.IMPORT, {"targets": ["urn:a"], "import_file": Path("x")}, "targets"),
        (OperationKind.DESTROY, {"expect_no_changes": True}, "expect_no_changes"),
        (OperationKind.PREVIEW, {"continue_on_error": True}, "continue_on_error"),
        (OperationKind.UP, {"clear_pending_creates": True}, "clear_pending_creates"),
        (
            OperationKind.UP,
            {"import_pending_creates": [PendingImport("urn:a", "1")]},
            "import_pending_creates",
        ),
        (OperationKind.REFRESH, {"recreate_pending": True}, "recreate_pending"),
        (OperationKind.UP, {"import_file": Path("x")}, "import_file"),
        (OperationKind.IMPORT, {}, "file"),
    ],
)
def test_what_a_kind_cannot_do_is_refused(
    kind: OperationKind, options: dict[str, Any], named: str
) -> None:
    """An option that an operation has no use for is an error that names it, never passed over."""
    with pytest.raises(OperationInvalidError, match=named) as raised:
        Operation(kind, NAME, **options)

    assert raised.value.way_out
