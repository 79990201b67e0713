"""Starts a process as an ordinary user would be, also where the tests run as root.

The kernel lets root look into every process by a capability, not by its number. Without any
capability, and with the bounding set empty so that `exec` gives none back, root may do to its own
processes and files what any user may do to theirs: nothing of this machine need be readable for
somebody else.
"""

import sys
from collections.abc import Sequence

_DROP_ALL = """
import ctypes, os, sys
PR_CAPBSET_DROP, CAPABILITIES_AT_MOST = 24, 64
system = ctypes.CDLL(None)
for capability in range(CAPABILITIES_AT_MOST):
    system.prctl(PR_CAPBSET_DROP, ctypes.c_ulong(capability), 0, 0, 0)
os.execv(sys.argv[1], sys.argv[1:])
"""


def without_capabilities(command: Sequence[str]) -> Sequence[str]:
    """The command, of which the first word is a path, as it is started without any."""
    return (sys.executable, "-I", "-S", "-c", _DROP_ALL, *command)
