"""One program after the other from one host: nothing of one is there for the next, or for us."""

import os
import signal
import textwrap
import threading
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from engine_children import eventually, is_running
from orchestrator.engine.host.errors import ProgramHostError
from orchestrator.engine.host.zygote_process import ZygoteProcess
from orchestrator.engine.host.zygotes import Zygote
from small_engine import Ran, SmallEngine, serving_small_engine

pytestmark = pytest.mark.thorough


@pytest.fixture
def own_zygote() -> Iterator[Zygote]:
    """A program host that the test may ill-treat."""
    zygote = Zygote()
    yield zygote
    zygote.close()


@pytest.fixture
def own_engine(own_zygote: Zygote) -> Iterator[SmallEngine]:
    with serving_small_engine(own_zygote) as engine:
        yield engine


def program(directory: Path, text: str, name: str = "project") -> Path:
    folder = directory / name
    folder.mkdir(parents=True)
    (folder / "__main__.py").write_text(textwrap.dedent(text))
    return folder


def package(directory: Path, name: str, text: str) -> Path:
    folder = directory / name
    folder.mkdir(parents=True)
    (folder / "__init__.py").write_text(text)
    return directory


def test_nothing_of_a_program_is_there_for_the_next(
    small_engine: SmallEngine, tmp_path: Path
) -> None:
    """Globals, modules, config, environment and handlers are those of a fresh process."""
    leave = program(
        tmp_path,
        """
        import builtins, os, pulumi, signal, sys, shelf
        builtins.left = pulumi.left = 1
        os.environ["LEFT"] = "1"
        os.chdir("/")
        os.umask(0o77)
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        """,
        "first",
    )
    (leave / "shelf.py").write_text("SIZE = 1")
    look = program(
        tmp_path,
        """
        import builtins, os, pulumi, signal, sys
        found = [hasattr(builtins, "left"), hasattr(pulumi, "left"), "LEFT" in os.environ]
        found += ["shelf" in sys.modules, pulumi.Config("shop").get("size"), os.umask(0) == 0o77]
        found += [signal.getsignal(signal.SIGTERM) is signal.SIG_DFL, os.getcwd() == sys.argv[0]]
        print(found)
        """,
        "second",
    )

    first = small_engine.run(leave, config={"shop:size": "3"})
    second = small_engine.run(look)

    assert first.went_well
    assert second.lines == ["[False, False, False, False, None, False, True, True]"]


def test_a_host_never_sees_what_its_programs_are_told(
    own_engine: SmallEngine, own_zygote: Zygote, tmp_path: Path
) -> None:
    """Config, which may be secret, goes past the process that later programs are forked from."""
    source = program(tmp_path, 'import pulumi\nprint(len(pulumi.Config("shop").require("key")))')
    canary = "".join(chr(ord("a") + number % 7) for number in range(64))

    ran = own_engine.run(source, config={"shop:key": canary})

    assert ran.lines == ["64"]
    assert canary.encode() not in memory_of(own_zygote.pid)


@pytest.mark.parametrize("name", ["orchestrator", "hoist", "local", "components", "shelf"])
def test_a_program_may_use_any_name_for_its_own_package(
    small_engine: SmallEngine, tmp_path: Path, name: str
) -> None:
    """A program's package is imported even where one of ours has the same name."""
    source = program(tmp_path, f"import {name}\nprint({name}.WHOSE)")
    package(source, name, 'WHOSE = "mine"')

    assert small_engine.run(source).lines == ["mine"]


def test_a_programs_packages_come_before_the_workers(
    own_engine: SmallEngine, tmp_path: Path
) -> None:
    """Another version of what the host has imported already is what the program gets."""
    packages = package(tmp_path / "vendor", "pulumi_aws", 'VERSION = "of the program"')
    source = program(tmp_path, "import pulumi_aws\nprint(pulumi_aws.VERSION)")

    with_packages = own_engine.run(source, packages=packages)
    without = own_engine.run(program(tmp_path, "import pulumi_aws.s3\nprint('ours')", "plain"))

    assert with_packages.lines == ["of the program"]
    assert without.lines == ["ours"]


def test_a_package_named_like_pythons_own_does_not_replace_it(
    own_engine: SmallEngine, tmp_path: Path
) -> None:
    """Installed packages come after Python's library, also those that were once needed instead."""
    packages = package(tmp_path / "vendor", "dataclasses", "raise ImportError('for Python 3.6')")

    ran = own_engine.run(program(tmp_path, "import dataclasses\nprint('fine')"), packages=packages)

    assert ran.lines == ["fine"]


def test_packages_beside_a_namespace_are_found(own_engine: SmallEngine, tmp_path: Path) -> None:
    """A package within a namespace that the host uses itself, such as `google`, is found."""
    folder = tmp_path / "vendor" / "google" / "shelves"
    folder.mkdir(parents=True)
    (folder / "__init__.py").write_text("SIZE = 3")
    source = program(tmp_path, "import google.protobuf, google.shelves as s\nprint(s.SIZE)")

    assert own_engine.run(source, packages=tmp_path / "vendor").lines == ["3"]


MANY = 50
LEAVES_PROCESSES = """
    import os, subprocess, sys
    kept = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    read_end, write_end = os.pipe()
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            os.write(write_end, str(os.getpid()).encode())
            import time; time.sleep(600)
        os._exit(0)
    os.wait()
    print(kept.pid, os.read(read_end, 32).decode(), flush=True)
"""


def pids_of(ran: Ran) -> list[int]:
    return [int(word) for word in ran.lines[0].split()]


@pytest.mark.parametrize(
    "ending", ["", "raise KeyError(1)", "os._exit(3)", "os.kill(os.getpid(), 9)"]
)
def test_what_a_program_starts_ends_with_it(
    small_engine: SmallEngine, tmp_path: Path, ending: str
) -> None:
    """Children and daemons of a program are gone when it is, however it ended."""
    ran = small_engine.run(program(tmp_path, textwrap.dedent(LEAVES_PROCESSES) + ending))

    assert len(pids_of(ran)) == 2
    assert not any(is_running(pid) for pid in pids_of(ran))


@pytest.mark.parametrize(
    "deafness",
    [
        "for number in (2, 15, 1): signal.signal(number, signal.SIG_IGN)",
        "os.kill(os.getpid(), signal.SIGSTOP)",
    ],
    ids=["ignores-signals", "stopped"],
)
def test_a_program_ends_when_its_engine_is_gone(
    small_engine: SmallEngine, tmp_path: Path, deafness: str
) -> None:
    """A program that goes on by itself, or cannot even notice, ends with what served it."""
    source = program(
        tmp_path,
        f"""
        import os, signal, time
        print(os.getpid(), flush=True)
        {deafness}
        time.sleep(600)
        """,
    )

    ran = small_engine.run_and_hang_up(source, when=lambda ran: bool(ran.lines))

    assert not is_running(pids_of(ran)[0])
    assert small_engine.run(program(tmp_path, "print(1)", "next")).lines == ["1"]


def test_a_killed_host_is_an_error_and_is_replaced(
    own_engine: SmallEngine, own_zygote: Zygote, tmp_path: Path
) -> None:
    """Its program dies with it, the error says what happened, and the next program runs."""
    source = program(
        tmp_path,
        """
        import os, subprocess, sys, time
        kept = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
        print(os.getpid(), kept.pid, flush=True)
        time.sleep(600)
        """,
    )
    first_pid = own_zygote.pid

    def kill_host(ran: Ran) -> None:
        assert eventually(lambda: bool(ran.lines))
        os.kill(first_pid, signal.SIGKILL)

    ran = own_engine.run(source, meanwhile=kill_host)

    assert "the program host was killed by SIGKILL" in ran.refusal
    assert eventually(lambda: not any(is_running(pid) for pid in pids_of(ran)))
    assert own_engine.run(program(tmp_path, "print(1)", "next")).lines == ["1"]
    assert own_zygote.pid != first_pid


def test_a_host_that_died_between_programs_is_replaced(
    own_engine: SmallEngine, own_zygote: Zygote, tmp_path: Path
) -> None:
    """Nobody notices that a host died while there was nothing to do."""
    source = program(tmp_path, "print(1)")
    own_engine.run(source)
    os.kill(own_zygote.pid, signal.SIGKILL)
    psutil.Process(own_zygote.pid).wait()

    assert own_engine.run(source).lines == ["1"]


def test_a_host_that_cannot_import_the_sdk_says_why(tmp_path: Path) -> None:
    """The error of a host that does not start holds the reason that Python gave."""
    package(tmp_path, "psutil", "raise ImportError('no psutil for this machine')")
    process = ZygoteProcess([str(tmp_path)])

    with pytest.raises(ProgramHostError, match="no psutil for this machine"):
        process.loaded_modules()

    process.close()


def test_many_programs_leave_nothing_behind(
    own_engine: SmallEngine, own_zygote: Zygote, tmp_path: Path
) -> None:
    """Of threads, descriptors and processes, ours and the host's, no program leaves one."""
    source = program(tmp_path, "import pulumi\npulumi.export('one', 1)")
    for _ in range(10):  # until the pools have all their threads
        own_engine.run(source)
    before = footprint(own_zygote)

    for _ in range(MANY):
        assert own_engine.run(source).went_well

    # One more or less may be another test's; what every other run left would be many.
    assert eventually(
        lambda: all(
            now - then < MANY // 2 for now, then in zip(footprint(own_zygote), before, strict=True)
        )
    )


def test_closing_a_host_ends_its_program(tmp_path: Path) -> None:
    """A host that is closed in the middle of a program takes it along."""
    zygote = Zygote()
    source = program(tmp_path, "import os, time\nprint(os.getpid(), flush=True)\ntime.sleep(600)")

    def close_host(ran: Ran) -> None:
        assert eventually(lambda: bool(ran.lines))
        zygote.close()

    with serving_small_engine(zygote) as engine:
        ran = engine.run(source, meanwhile=close_host)

    assert ran.refusal != ""
    assert not is_running(pids_of(ran)[0])


def footprint(zygote: Zygote) -> tuple[int, int, int, int]:
    host = psutil.Process(zygote.pid)
    return (
        psutil.Process().num_fds(),
        threading.active_count(),
        host.num_fds(),
        len(host.children(recursive=True)),
    )


def memory_of(pid: int) -> bytes:
    """All that a process can write to: where a value would be that it had read.

    A host is closed to everybody but root.
    """
    if os.geteuid() != 0:
        pytest.skip("nobody but root may read a host's memory: run this test as root")
    found = bytearray()
    with open(f"/proc/{pid}/maps") as maps, open(f"/proc/{pid}/mem", "rb", 0) as memory:
        for line in maps:
            place, rights, *_ = line.split()
            if not rights.startswith("rw"):
                continue
            start, end = (int(edge, 16) for edge in place.split("-"))
            memory.seek(start)
            found += memory.read(end - start)
    return bytes(found)
