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
from hoist.access.grants import Grant
from hoist.access.memory import InMemoryAccess
from hoist.access.permissions import Role
from hoist.access.records import TokenRecord
from hoist.access.token_book import DEFAULT_LIFETIME, TokenBook
from hoist.access.tokens import new_token
class Estate:
    clock = SystemClock()
    stacks = Stacks(in_memory_storage(), clock=clock)
    access = InMemoryAccess()
    tokens = TokenBook(access, clock=clock)
token, now = new_token(), Estate.clock.now()
Estate.access.put_token(TokenRecord(
    id=token.id, digest=token.digest, person="ada", principal="ada", grants=(Grant(Role.VIEWER),),
    created_at=now, expires_at=now + DEFAULT_LIFETIME))
class Log:
    def tell(self, event, /, **fields): pass
answer = make_app(Estate(), log=Log())(
    {"httpMethod": "GET", "path": "/v1/stacks",
     "headers": {"Authorization": f"Bearer {token.text.reveal()}"}}, None)
assert answer["statusCode"] == 200, answer
print("\\n".join(sys.modules))
"""
HEAVY = ("pydantic", "pydantic_core", "cryptography", "psutil", "pulumi", "grpc", "annotated_types")


def test_a_first_look_loads_nothing_heavy() -> None:
    """Neither pydantic nor cryptography nor the engine nor what the audit tells and shows: only who
    needs them waits for them.

    A token is looked at without the settings that give roles.
    """
    done = subprocess.run(
        [sys.executable, "-c", LISTING],
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    loaded = set(done.stdout.split())
    assert loaded & set(HEAVY) == set()
    assert loaded.isdisjoint({"hoist.access.mapping", "hoist.access.principals"})
    audit = {name for name in loaded if name.startswith("orchestrator.audit.")}
    assert audit <= {f"orchestrator.audit.{name}" for name in ("chains", "errors", "page_sizes")}
    assert "orchestrator.http_api.recording" not in loaded
    engine = {name for name in loaded if name.startswith("orchestrator.engine.")}
    # Its limits and the names of its errors.
    assert engine <= {
        "orchestrator.engine.programs",
        "orchestrator.engine.programs.errors",
        "orchestrator.engine.programs.limits",
    }
