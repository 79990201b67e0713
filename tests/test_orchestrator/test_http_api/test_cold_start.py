"""What a first request loads."""

import subprocess
import sys

# In a process of its own: this one has loaded everything.
LISTING = """
import sys
from orchestrator import api
assert not [name for name in sys.modules if name.startswith(("boto3", "aws_lambda", "pydantic"))]
from hoist.clock import SystemClock
from orchestrator.http_api.door import make_app
from orchestrator.runs.queue_reading import QueueReader
from orchestrator.state.stacks import Stacks
from orchestrator.state.stores.memory import in_memory_storage
class Estate:
    clock = SystemClock()
    stacks = Stacks(in_memory_storage(), clock=clock)
class Log:
    def tell(self, event, /, **fields): pass
answer = make_app(Estate(), log=Log())(
    {"httpMethod": "GET", "path": "/v1/stacks",
      "requestContext": {"identity": {"sourceIp": "127.0.0.1"}}}, None)
assert answer["statusCode"] == 200, answer
print("\\n".join(sys.modules))
"""
HEAVY = ("pydantic", "pydantic_core", "cryptography", "psutil", "pulumi", "grpc", "annotated_types")


def test_a_first_look_loads_nothing_heavy() -> None:
    """Neither pydantic nor cryptography nor the engine: only who needs them waits for them."""
    done = subprocess.run(
        [sys.executable, "-c", LISTING],
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    loaded = set(done.stdout.split())
    assert loaded & set(HEAVY) == set()
    engine = {name for name in loaded if name.startswith("orchestrator.engine.")}
    # Its limits and the names of its errors.
    assert engine <= {
        "orchestrator.engine.programs",
        "orchestrator.engine.programs.errors",
        "orchestrator.engine.programs.limits",
    }
