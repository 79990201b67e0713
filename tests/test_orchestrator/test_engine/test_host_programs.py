"""What a program sees of its host, and what its user sees of a program that fails."""

import textwrap
from collections.abc import Mapping
from pathlib import Path

import pytest

from engine_children import eventually
from hoist.secret import Secret
from orchestrator.engine.redaction import Redactor
from small_engine import ENVIRONMENT, SmallEngine


def write(directory: Path, files: Mapping[str, str]) -> Path:
    for name, text in files.items():
        path = directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(text))
    return directory


def program(directory: Path, text: str) -> Path:
    return write(directory / "project", {"__main__.py": text})


def test_a_program_registers_and_exports(small_engine: SmallEngine, tmp_path: Path) -> None:
    """A program's resources and outputs reach the engine, and its config reaches the program."""
    ran = small_engine.run(
        program(
            tmp_path,
            """
            import pulumi
            pulumi.CustomResource("shop:index:Shelf", "shelf", {})
            pulumi.export("region", pulumi.Config("shop").require("region"))
            """,
        ),
        config={"shop:region": "north"},
    )

    assert ran.went_well
    assert ran.registered == ["small-dev", "shelf"]
    assert ran.outputs == {"region": "north"}


def test_output_arrives_line_by_line_while_the_program_runs(
    small_engine: SmallEngine, tmp_path: Path
) -> None:
    """A line is there as soon as it is printed, and logging comes in its place between prints."""
    go_on = tmp_path / "go-on"
    source = program(
        tmp_path,
        f"""
        import logging, os, sys, time
        print("first")
        logging.warning("second")
        print("third", end="")
        print(" and more")
        while not os.path.exists({str(go_on)!r}):
            time.sleep(0.01)
        sys.stdout.write("last, without an end")
        """,
    )
    early: list[str] = []

    def look_early(ran: object) -> None:
        lines = ran.lines  # type: ignore[attr-defined]
        assert eventually(lambda: len(lines) == 3)
        early.extend(lines)
        go_on.touch()

    ran = small_engine.run(source, meanwhile=look_early)

    assert early == ["first", "WARNING:root:second", "third and more"]
    assert ran.lines == [*early, "last, without an end"]


def test_secrets_are_taken_out_of_the_output(small_engine: SmallEngine, tmp_path: Path) -> None:
    """A known secret that a program prints is replaced before anybody hears the line."""
    source = program(tmp_path, 'print("token:", "wren-4711")')

    ran = small_engine.run(source, secrets=Redactor([Secret("wren-4711")]))

    assert ran.lines == ["token: [secret]"]


def test_huge_output_is_cut_and_does_not_stop_the_program(
    small_engine: SmallEngine, tmp_path: Path
) -> None:
    """A line without end is cut at a limit, and a program that prints much comes to its end."""
    source = program(
        tmp_path,
        """
        print("x" * 5_000_000)
        for number in range(20_000):
            print("line", number)
        """,
    )

    ran = small_engine.run(source)

    assert ran.went_well
    assert len(ran.lines) == 20_001
    assert ran.lines[0].endswith("[line cut]")
    assert len(ran.lines[0]) < 300_000
    assert ran.lines[-1] == "line 19999"


def test_the_environment_is_the_given_one(small_engine: SmallEngine, tmp_path: Path) -> None:
    """A program and its children see the variables that it was given and no other."""
    source = program(
        tmp_path,
        """
        import os, subprocess, sys
        print(sorted(os.environ))
        print(subprocess.run(["env"], capture_output=True, text=True).stdout.count("="))
        print(os.getcwd() == os.path.dirname(os.path.abspath(__file__)), sys.argv[0] != "-c")
        print(sys.stdin.read() == "")
        """,
    )

    ran = small_engine.run(source, environment={**ENVIRONMENT, "HOME": "/nowhere"})

    assert ran.lines == ["['HOME', 'LANG', 'PATH']", "3", "True True", "True"]


@pytest.mark.parametrize("main", [".", "src", "src/app.py"])
def test_main_may_be_a_folder_or_a_file(
    small_engine: SmallEngine, tmp_path: Path, main: str
) -> None:
    """A program imports its neighbours and opens files beside it, wherever `main` points to."""
    folder = "" if main == "." else "src/"
    name = "app.py" if main.endswith(".py") else "__main__.py"
    root = write(
        tmp_path,
        {
            f"{folder}{name}": "import shelf\nprint(shelf.SIZE, open('note.txt').read())",
            f"{folder}shelf.py": "SIZE = 3",
            f"{folder}note.txt": "hello",
        },
    )

    ran = small_engine.run(root / main, root=root)

    assert (ran.went_well, ran.lines) == (True, ["3 hello"])


def test_a_folder_without_a_program_is_named(small_engine: SmallEngine, tmp_path: Path) -> None:
    """A directory without `__main__.py` is an error that says what is missing and where."""
    (tmp_path / "src").mkdir()

    ran = small_engine.run(tmp_path / "src", root=tmp_path)

    assert ran.response.bail
    [error] = ran.errors
    assert "no __main__.py in src" in error
    assert "Traceback" not in error


FAILURES = {
    "raises": (
        {"__main__.py": "import shelf\nshelf.fill()", "shelf.py": "def fill():\n    1 / 0"},
        """
        Program failed with an unhandled exception:
        Traceback (most recent call last):
          File "__main__.py", line 2, in <module>
            shelf.fill()
          File "shelf.py", line 2, in fill
            1 / 0
        ZeroDivisionError: division by zero
        """,
    ),
    "cause": (
        {
            "__main__.py": "try:\n    int('x')\nexcept ValueError as error:\n"
            "    raise KeyError('size') from error"
        },
        """
        Program failed with an unhandled exception:
        Traceback (most recent call last):
          File "__main__.py", line 2, in <module>
            int('x')
        ValueError: invalid literal for int() with base 10: 'x'

        The above exception was the direct cause of the following exception:

        Traceback (most recent call last):
          File "__main__.py", line 4, in <module>
            raise KeyError('size') from error
        KeyError: 'size'
        """,
    ),
    "syntax": (
        {"__main__.py": "size = 3\nshelf = (\n"},
        """
        Program failed with an unhandled exception:
          File "__main__.py", line 2
            shelf = (
        SyntaxError: '(' was never closed
        """,
    ),
    "syntax-elsewhere": (
        {"__main__.py": "import shelf", "shelf.py": "size = = 3"},
        """
        Program failed with an unhandled exception:
        Traceback (most recent call last):
          File "__main__.py", line 1, in <module>
            import shelf
          File "shelf.py", line 1
            size = = 3
        SyntaxError: invalid syntax
        """,
    ),
    "missing-module": (
        {"__main__.py": "import nosuchshelf"},
        """
        Program failed with an unhandled exception:
        Traceback (most recent call last):
          File "__main__.py", line 1, in <module>
            import nosuchshelf
        ModuleNotFoundError: No module named 'nosuchshelf'
        """,
    ),
    "in-an-apply": (
        {"__main__.py": "import pulumi\npulumi.Output.from_input(0).apply(lambda size: 1 / size)"},
        """
        Program failed with an unhandled exception:
        Traceback (most recent call last):
          File "__main__.py", line 2, in <lambda>
            pulumi.Output.from_input(0).apply(lambda size: 1 / size)
        ZeroDivisionError: division by zero
        """,
    ),
    "run-error": (
        {"__main__.py": "import pulumi\nraise pulumi.RunError('the shelf is full')"},
        "the shelf is full",
    ),
    "exit-code": (
        {"__main__.py": "import sys\nsys.exit(3)"},
        "the program ended with exit code 3",
    ),
    "exit-sentence": ({"__main__.py": "exit('the shelf is full')"}, "the shelf is full"),
    "exit-in-an-apply": (
        {
            "__main__.py": "import pulumi, sys\n"
            "pulumi.Output.from_input(4).apply(lambda code: sys.exit(code))"
        },
        "the program ended with exit code 4",
    ),
}


@pytest.mark.parametrize(("files", "shown"), FAILURES.values(), ids=FAILURES.keys())
def test_a_failure_is_shown_as_its_user_wrote_it(
    small_engine: SmallEngine, tmp_path: Path, files: Mapping[str, str], shown: str
) -> None:
    """The error is told once, from the program's own code on, with paths as in the project."""
    root = write(tmp_path / "project", files)

    ran = small_engine.run(root)

    assert ran.response.bail
    [error] = ran.errors
    # Which part of a line is underlined differs between versions of Python.
    lines = [line for line in error.splitlines() if line.strip("~^ ") or not line]
    assert "\n".join(lines) == textwrap.dedent(shown).strip()


def test_success_waits_for_what_was_asked_for(small_engine: SmallEngine, tmp_path: Path) -> None:
    """`sys.exit(0)` ends a program well, and not before its resources are registered."""
    source = program(
        tmp_path,
        """
        import pulumi, sys
        for number in range(20):
            pulumi.CustomResource("shop:index:Shelf", f"shelf-{number}", {})
        sys.exit(0)
        """,
    )

    ran = small_engine.run(source)

    assert ran.went_well
    assert len(ran.registered) == 21


@pytest.mark.parametrize(
    ("ending", "told"),
    [("os._exit(3)", "exit code 3"), ("os.kill(os.getpid(), 9)", "killed by SIGKILL")],
)
def test_a_process_that_ends_without_an_answer_is_an_error(
    small_engine: SmallEngine, tmp_path: Path, ending: str, told: str
) -> None:
    """A program whose process just ends or is killed is reported with how it ended."""
    ran = small_engine.run(program(tmp_path, f"import os\nprint('hello', flush=True)\n{ending}"))

    assert ran.response is None
    assert told in ran.refusal
    assert ran.lines == ["hello"]


def test_a_forked_child_does_not_answer_for_the_program(
    small_engine: SmallEngine, tmp_path: Path
) -> None:
    """A child that a program forks, and that runs to the program's end as well, changes nothing."""
    source = program(
        tmp_path,
        """
        import os, pulumi
        child = os.fork()
        if child:
            os.waitpid(child, 0)
        pulumi.CustomResource("shop:index:Shelf", "shelf", {}) if child else None
        """,
    )

    ran = small_engine.run(source)

    assert ran.went_well
    assert ran.registered == ["small-dev", "shelf"]
