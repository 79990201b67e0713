"""What who appends an entry has to load."""

import subprocess
import sys

# In a process of its own: this one has loaded everything.
APPENDING = """
import sys
from hoist.clock import SystemClock
from orchestrator.audit.acts import Act
from orchestrator.audit.run_transitions import TransitionAudit
from orchestrator.audit.stores.dynamodb_chains import DynamoDBChains
from orchestrator.audit.trail import AuditTrail
class Table:
    def put_item(self, **request): return {}
    def query(self, **request): return {"Items": []}
chains = DynamoDBChains(Table(), table="audit")
trail = AuditTrail(chains, clock=SystemClock(), on_lost=print)
TransitionAudit(trail)
assert trail.record("installation", Act(operation="create_stack", subject="s"), lambda: 7) == 7
print("\\n".join(sys.modules))
"""
HEAVY = {
    *("pydantic", "cryptography", "boto3", "botocore.session", "click", "urllib3.poolmanager"),
    *("orchestrator.audit.stores.kms_signer", "orchestrator.audit.stores.s3_anchors"),
    *("orchestrator.audit.heads", "orchestrator.audit.signatures", "orchestrator.engine"),
}


def test_appending_loads_nothing_heavy() -> None:
    """Neither a signer nor cryptography nor an AWS session is loaded to append an entry."""
    done = subprocess.run(
        [sys.executable, "-c", APPENDING], capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stderr
    assert HEAVY & set(done.stdout.split()) == set()
