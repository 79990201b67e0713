"""`python -m deployment`."""

import sys

from deployment.cli import deploy
from hoist.cli.context import CliContext
from hoist.cli.door import run_command
from hoist.cli.settings import process_environment
from hoist.clock import SystemClock

if __name__ == "__main__":
    context = CliContext(environ=process_environment(), clock=SystemClock())
    sys.exit(run_command(deploy, sys.argv[1:], context))
