"""A process that works on a file store, for tests of several at once and of their deaths.

    python secret_process.py <root> <name> <puts> [<step>]

It prints `ready`, waits for a line, puts so many values, and prints each one's version when the
store has taken it. With a step it ends itself with SIGKILL there.
"""

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

from hoist.secrets.disk import WriteStep, carry_on
from secret_sites import secret_directory


def die_at(step: WriteStep) -> Callable[[WriteStep], None]:
    def on_step(reached: WriteStep) -> None:
        if reached is step:
            os.kill(os.getpid(), signal.SIGKILL)

    return on_step


def tell(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main(root: str, name: str, puts: str, step: str = "") -> None:
    store = secret_directory(Path(root)).open(on_step=die_at(WriteStep[step]) if step else carry_on)
    tell("ready")
    sys.stdin.readline()
    for number in range(int(puts)):
        value = f"{number} of {os.getpid()}"
        tell(store.put_secret_value(SecretId=name, SecretString=value)["VersionId"])


if __name__ == "__main__":
    main(*sys.argv[1:])
