"""Checkpoints that are packed with zstd, which Python unpacks by itself only from 3.14."""

import subprocess

from orchestrator.state.errors import CorruptStateError

_MAGIC = b"\x28\xb5\x2f\xfd"
PROGRAM = "zstd"


def without_zstd(body: bytes, *, program: str | None) -> bytes:
    """The body, unpacked by the program if that is how it is packed.

    Without the program it stays as it is, for whoever decodes it to say what is missing. Raises
    CorruptStateError for damaged data.
    """
    if program is None or not body.startswith(_MAGIC):
        return body
    done = subprocess.run(
        [program, "-dcq"], input=body, capture_output=True, check=False, env={"LANG": "C"}
    )
    if done.returncode:
        raise CorruptStateError("the checkpoint cannot be read: its zstd data is damaged")
    return done.stdout
