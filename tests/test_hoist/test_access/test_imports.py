"""What the check of a token loads."""

import subprocess
import sys

LISTING = """
import sys
from hoist.access.authorization import presented_token
from hoist.access.memory import InMemoryAccess
from hoist.access.token_book import TokenBook
print("\\n".join(sys.modules))
"""


def test_the_check_loads_nothing_heavy() -> None:
    """A cold function pays for it with its first answer; who signs in pays for the settings."""
    done = subprocess.run(
        [sys.executable, "-c", LISTING], capture_output=True, text=True, check=True
    )

    loaded = set(done.stdout.split())
    assert {name.partition(".")[0] for name in loaded}.isdisjoint({"boto3", "botocore", "pydantic"})
    assert loaded.isdisjoint({"hoist.access.mapping", "hoist.access.principals"})
