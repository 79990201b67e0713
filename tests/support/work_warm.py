"""A worker process that answers many messages, and measures itself meanwhile.

python work_warm.py '{"store": ..., "programs": ..., "home": ..., "runs": ..., "kms_url": ...,
                      "stack": ..., "program": ..., "count": ...}'
"""

import gc
import json
import os
import sys
import threading
from pathlib import Path
from typing import Any

import psutil

from hoist.clock import SystemClock
from orchestrator.state.names import StackName
from storages import directory_opener
from work_engine_room import PROJECT, engine_parts
from work_queue import FifoQueue, deliver_all
from work_sites import FolderOfPrograms, WorkSite


def measured(runs: Path) -> dict[str, Any]:
    """What this process has and holds."""
    gc.collect()
    process = psutil.Process()
    return {
        "memory": process.memory_info().rss,
        "descriptors": sorted(os.readlink(f"/proc/self/fd/{name}") for name in _descriptors()),
        "threads": sorted(thread.name for thread in threading.enumerate()),
        "children": [child.pid for child in process.children(recursive=True)],
        "files": sorted(os.listdir(runs)) if runs.exists() else [],
    }


def _descriptors() -> list[str]:
    names = os.listdir("/proc/self/fd")
    # One of them was the listing itself.
    return [name for name in names if os.path.exists(f"/proc/self/fd/{name}")]


def answer_many(order: dict[str, Any]) -> None:
    """Submit and answer, one run after the other; print what was measured after each."""
    clock = SystemClock()
    queue = FifoQueue(clock)
    programs = FolderOfPrograms(Path(order["programs"]))
    site = WorkSite(directory_opener(Path(order["store"])), clock, queue, programs)
    stack = site.service().stacks.require(StackName(PROJECT, order["stack"]))
    runs = Path(order["runs"])
    with engine_parts(Path(order["home"]), runs, kms_url=order["kms_url"]) as engine:
        answering = site.answering(lambda: engine.runner(site), visibility=queue)
        for _ in range(order["count"]):
            run = site.submit(stack, digest=order["program"])
            deliver_all(queue, answering.answer)
            now = site.run(run)
            facts = {"state": now.state, "reason": now.reason, **measured(runs)}
            os.write(1, json.dumps(facts).encode() + b"\n")


if __name__ == "__main__":
    answer_many(json.loads(sys.argv[1]))
