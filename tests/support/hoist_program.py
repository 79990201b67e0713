"""Hoist's own program, recorded for any stack and settings; each combination runs once."""

from functools import cache
from pathlib import Path

from recorded_program import ACCOUNT, REGION, Recording, record_program

PROGRAM = Path(__file__).parents[2] / "infra" / "__main__.py"
STATE_KEY_ARN = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/state"
BOOTSTRAP_CONFIG = {
    "hoist:stateBucket": "the-state-bucket",
    "hoist:stateTable": "the-state-table",
    "hoist:stateKeyArn": STATE_KEY_ARN,
}


@cache
def installation(stack: str, **settings: str) -> Recording:
    """What the program makes for a stack, with further settings of project `hoist` as keywords.

    An empty setting is as if it were not set.
    """
    config = {**BOOTSTRAP_CONFIG, **{f"hoist:{key}": value for key, value in settings.items()}}
    return record_program(
        PROGRAM,
        project="hoist",
        stack=stack,
        config={key: value for key, value in config.items() if value},
    )
