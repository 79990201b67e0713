"""Hoist's own program, recorded for any stack and settings; each combination runs once."""

import json
from functools import cache
from pathlib import Path

from recorded_program import ACCOUNT, REGION, Recording, record_program

PROGRAM = Path(__file__).parents[2] / "infra" / "__main__.py"
STATE_KEY_ARN = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/state"
SIGNING_KEY_ARN = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/signing"
BOOTSTRAP_CONFIG = {
    "hoist:stateBucket": "the-state-bucket",
    "hoist:stateTable": "the-state-table",
    "hoist:stateKeyArn": STATE_KEY_ARN,
    "hoist:stateKeyAlias": "alias/the-state",
    "hoist:auditBucket": "the-audit-bucket",
    "hoist:auditRetentionDays": "400",
    "hoist:auditRetentionMode": "COMPLIANCE",
    "hoist:signingKeyArn": SIGNING_KEY_ARN,
    "hoist:signingKeyAlias": "alias/the-signing",
}
DIGEST = "0123456789abcdef" * 4
AWS_PACKAGES = {
    "hoist:packagesBucket": "the-packages-bucket",
    "hoist:apiPackage": f"packages/orchestrator-api-{DIGEST}.zip",
    "hoist:healthPackage": f"packages/health-{DIGEST}.zip",
    "hoist:rotationPackage": f"packages/rotation-{DIGEST}.zip",
    "hoist:sharedLayer": f"packages/shared-{DIGEST}.zip",
    "hoist:dependenciesLayer": f"packages/dependencies-{DIGEST}.zip",
    "hoist:workerImage": f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com/hoist@sha256:{DIGEST}",
}
# What differs on an emulator; an empty setting is as if it were not set.
EMULATOR_SETTINGS = {
    "sharedLayer": "",
    "dependenciesLayer": "",
    "workerImage": "",
    "workerPackage": f"packages/orchestrator-worker-{DIGEST}.zip",
    "emulator": json.dumps(
        {
            "python": "/opt/python",
            "parallelRuns": 3,
            "workerEnvironment": {"HOIST_ENGINE": "/opt/pulumi"},
        }
    ),
}


@cache
def installation(stack: str, **settings: str) -> Recording:
    """What the program makes for a stack, with further settings of project `hoist` as keywords.

    An empty setting is as if it were not set.
    """
    chosen = {f"hoist:{key}": value for key, value in settings.items()}
    config = {**BOOTSTRAP_CONFIG, **AWS_PACKAGES, **chosen}
    return record_program(
        PROGRAM,
        project="hoist",
        stack=stack,
        config={key: value for key, value in config.items() if value},
    )
