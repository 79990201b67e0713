"""A Pulumi program that tries what a hostile one would, and says how each attempt went.

Next to a program it is `hostile.py`; it needs the standard library alone.
"""

import ctypes
import errno
import json
import os
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

PTRACE_SEIZE = 0x4206
PIDFD_GETFD = 438
RUN = Path.home().parent


def parent_of(pid: int) -> int:
    stat = Path(f"/proc/{pid}/stat").read_text()
    return int(stat.rpartition(")")[2].split()[1])


def attempt(act: Callable[[], Any]) -> str:
    """What came of it: "done", or the name of the error."""
    try:
        act()
    except OSError as error:
        return errno.errorcode.get(error.errno or 0, "?")
    return "done"


def looks_into(pid: int) -> dict[str, str]:
    """Everything by which a process of the same user could be read or changed."""
    return {
        "environ": attempt(lambda: Path(f"/proc/{pid}/environ").read_bytes()),
        "memory": attempt(lambda: _open_and_close(f"/proc/{pid}/mem", os.O_RDWR)),
        "maps": attempt(lambda: Path(f"/proc/{pid}/maps").read_bytes()),
        "descriptor": attempt(lambda: os.readlink(f"/proc/{pid}/fd/0")),
        "trace": attempt(lambda: _call("ptrace", PTRACE_SEIZE, pid, 0, 0)),
        "steal": attempt(lambda: _call("syscall", PIDFD_GETFD, os.pidfd_open(pid), 0, 0)),
    }


def _open_and_close(path: str, flags: int) -> None:
    os.close(os.open(path, flags))


def _call(function: str, *arguments: int) -> None:
    system = ctypes.CDLL(None, use_errno=True)
    if getattr(system, function)(*map(ctypes.c_long, arguments)) < 0:
        raise OSError(ctypes.get_errno(), function)


def open_descriptors() -> list[str]:
    """What this process has open, and what a process that it starts would inherit."""
    heir = (sys.executable, __file__)
    inherited = subprocess.run(heir, close_fds=False, capture_output=True, text=True, check=True)
    return [*descriptors(), *json.loads(inherited.stdout)]


def descriptors() -> list[str]:
    """What this process has open, under names that are another's only if it is the same."""
    found = []
    for number in os.listdir("/proc/self/fd"):
        with suppress(FileNotFoundError):  # the listing's own
            found.append(os.readlink(f"/proc/self/fd/{number}"))
    return [name for name in found if name != os.devnull and not name.startswith("anon_inode:")]


def leave_daemon() -> int:
    """A process that left its session, ignores signals, and whose parent is gone; its number."""
    read_end, write_end = os.pipe()
    if os.fork() == 0:
        os.setsid()
        if os.fork():
            os._exit(0)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        os.write(write_end, str(os.getpid()).encode())
        os.closerange(0, 64)
        while True:
            signal.pause()
    os.wait()
    return int(os.read(read_end, 32))


def plant(victim: Path) -> None:
    """Links to the directory wherever we can write, and a folder that is closed to ourselves."""
    for place in (RUN / "home", RUN / "tmp", RUN / "program", RUN):
        (place / "planted").symlink_to(victim, target_is_directory=True)
    closed = RUN / "tmp" / "closed"
    (closed / "inner").mkdir(parents=True)
    (closed / "inner" / "file").touch()
    closed.chmod(0)


def ask_state_service(stack: str) -> dict[str, int]:
    """The statuses of reading and writing, with the run's own token and with a guessed one."""
    login = json.loads((RUN / "pulumi" / "credentials.json").read_text())
    url, own = login["current"], login["accessTokens"][login["current"]]
    path = f"{url}/api/stacks/organization/{stack}"
    own_stack = f"{url}/api/stacks/organization/trial/dev"
    return {
        "own": _status("GET", f"{own_stack}/export", own),
        "read": _status("GET", f"{path}/export", own),
        "write": _status("PATCH", f"{path}/tags", own),
        "update": _status("POST", f"{path}/update", own),
        "delete": _status("DELETE", path, own),
        "guess": _status("GET", f"{own_stack}/export", "0" * len(own)),
        "no_token": _status("GET", f"{own_stack}/export", ""),
    }


def _status(method: str, url: str, token: str) -> int:
    body = None if method in ("GET", "DELETE") else b"{}"
    request = urllib.request.Request(url, body, method=method)
    request.add_header("Content-Type", "application/json")
    if token:
        request.add_header("Authorization", f"token {token}")
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code


if __name__ == "__main__":
    sys.stdout.write(json.dumps(descriptors()))
