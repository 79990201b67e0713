"""The shim as a process: `python -m local.metric_shim DIRECTORY`, of that local directory.

Ends when it is asked to, by SIGTERM or Ctrl-C, when the local AWS has been gone for minutes, and
when the directory's note does not name it, or not any more.
"""

import logging
import os
import signal
import sys
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from hoist.clock import SystemClock
from local.emulator_status import emulator_status
from local.metric_shim.companion import Companion
from local.metric_shim.running import is_noted
from local.metric_shim.wiring import metric_shim
from local.settings import LocalSettings

# CloudWatch is no quicker.
_EVERY_SECONDS = 15.0
_ENDINGS = (signal.SIGTERM, signal.SIGINT)


def main(arguments: Sequence[str]) -> None:
    """Make metrics of what happens beside the local AWS of the directory that is named."""
    [directory] = arguments
    signal.pthread_sigmask(signal.SIG_BLOCK, _ENDINGS)
    logging.basicConfig(format="%(asctime)s %(levelname)s %(message)s", level=logging.INFO)
    settings, clock = LocalSettings.of_this_process(), SystemClock()
    settings = replace(settings, directory=Path(directory))
    companion = Companion(
        emulator=partial(emulator_status, settings),
        shim_at=partial(metric_shim, settings, clock=clock),
        clock=clock,
    )
    while companion.turn():
        if signal.sigtimedwait(_ENDINGS, _EVERY_SECONDS):
            return
        # Whoever started it notes that at once; a second one would count everything again.
        if not is_noted(settings.directory, os.getpid()):
            return


if __name__ == "__main__":
    main(sys.argv[1:])
