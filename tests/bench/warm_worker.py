"""The worker as Lambda keeps it between two invocations: each line that comes in is an event.

It answers with one line: how long the handler took, and how much memory the process has.
"""

import json
import sys
import time
from types import SimpleNamespace

import psutil

from orchestrator.worker import handle

INVOCATION_MILLISECONDS = 900_000


def main() -> None:
    """Until the end of the input."""
    answers = sys.stdout
    # The function's log must not come between the answers.
    sys.stdout = sys.stderr
    context = SimpleNamespace(get_remaining_time_in_millis=lambda: INVOCATION_MILLISECONDS)
    for line in sys.stdin:
        event = json.loads(line)
        began = time.monotonic()
        answer = handle(event, context)
        seconds = time.monotonic() - began
        told = {"answer": answer, "seconds": seconds, "rss": psutil.Process().memory_info().rss}
        answers.write(json.dumps(told) + "\n")
        answers.flush()


if __name__ == "__main__":
    main()
