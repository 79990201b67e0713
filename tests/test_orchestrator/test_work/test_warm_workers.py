"""A worker that has answered a hundred times is as it was after the tenth."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from work_engine_room import new_trial
from work_sites import WorkSite

pytestmark = [pytest.mark.engine]

RUNS = 100
WARM_AFTER = 10
GROWTH_ALLOWED = 1.1

# It leaves behind what it can, and fails if it finds any of that.
LITTERING = """
    import os, pathlib, subprocess, threading
    import probe

    for place in (os.environ["HOME"], os.environ["TMPDIR"]):
        left = pathlib.Path(place, "left")
        assert not left.exists(), f"{left} is of another run"
        left.write_text("by an earlier run")
    assert not hasattr(probe, "seen"), "a module is of another run"
    probe.seen = True
    assert "LEFT" not in os.environ, "the environment is of another run"
    os.environ["LEFT"] = "by an earlier run"
    subprocess.Popen(["sleep", "600"], start_new_session=True)
    threading.Thread(target=threading.Event().wait, daemon=True).start()
    probe.Item("one")
"""


@pytest.mark.timeout(600)
def test_a_hundred_runs_leave_nothing(
    shared_site: WorkSite, engine_home: Path, kms_url: str, tmp_path: Path
) -> None:
    """Memory, descriptors, threads, children and files stay; no run finds anything of another."""
    trial = new_trial(shared_site, tmp_path)
    order = {
        "store": str(tmp_path / "store"),
        "programs": str(tmp_path / "programs"),
        "home": str(engine_home),
        "runs": str(tmp_path / "runs"),
        "kms_url": kms_url,
        "stack": trial.stack.name.stack,
        "program": trial.store_program(LITTERING),
        "count": RUNS,
    }
    script = Path(sys.modules[new_trial.__module__].__file__ or "").with_name("work_warm.py")

    done = subprocess.run(
        [sys.executable, str(script), json.dumps(order)],
        env={"PYTHONPATH": ":".join(filter(None, sys.path)), "HOME": str(Path.home())},
        stdout=subprocess.PIPE,
        check=True,
    )

    measured = [json.loads(line) for line in done.stdout.splitlines()]
    assert [facts["reason"] for facts in measured if facts["state"] != "succeeded"] == []
    assert len(measured) == RUNS
    warm, last = measured[WARM_AFTER - 1], measured[-1]
    assert last["memory"] <= warm["memory"] * GROWTH_ALLOWED
    assert len(last["descriptors"]) == len(warm["descriptors"])
    assert last["threads"] == warm["threads"] == ["MainThread"]
    # The program host, which is kept for the next run.
    assert last["children"] == warm["children"]
    assert len(last["children"]) == 1
    assert last["files"] == []
