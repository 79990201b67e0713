"""`python -m building`."""

import sys

from building.cli import building
from hoist.cli.context import CliContext
from hoist.cli.door import run_command
from hoist.cli.settings import process_environment
from hoist.clock import SystemClock

if __name__ == "__main__":
    context = CliContext(environ=process_environment(), clock=SystemClock())
    sys.exit(run_command(building, sys.argv[1:], context))
