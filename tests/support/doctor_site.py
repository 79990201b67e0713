"""`hoist secrets` in this process, over a file store of the test's own."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from click.testing import CliRunner

from hoist.cli.context import CliContext
from hoist.cli.door import run_command
from hoist.cli.main import hoist
from hoist.clock import FixedClock
from hoist.secrets.answers import Tag
from hoist.secrets.file_store import FileSecretStore
from hoist_command import Ran
from rotation.choice import STRATEGY_TAG
from rotation_places import file_store
from rotation_site import MORNING

FUNCTION_ARN = "arn:aws:lambda:us-east-1:000000000000:function:own"


@dataclass
class DoctorSite:
    """A store, its settings, and a command line that has them."""

    root: Path
    clock: FixedClock = field(default_factory=lambda: FixedClock(MORNING))

    def __post_init__(self) -> None:
        self.store: FileSecretStore = file_store(self.root, self.clock)

    @property
    def environ(self) -> Mapping[str, str]:
        return {
            "HOIST_SECRETS_DIR": str(self.root / "store"),
            "HOIST_SECRETS_KEY_FILE": str(self.root / "master.key"),
            "AWS_REGION": "us-east-1",
        }

    def secret(self, name: str, value: str, strategy: str = "") -> str:
        """The ARN of a new secret."""
        tags: list[Tag] = [{"Key": STRATEGY_TAG, "Value": strategy}] if strategy else []
        return self.store.create_secret(Name=name, SecretString=value, Tags=tags)["ARN"]

    def begin_rotation(self, name: str, value: str | None = None) -> str:
        """A rotation whose process has died: the pending version, empty or with a value."""
        began = self.store.rotate_secret(SecretId=name, RotationLambdaARN=FUNCTION_ARN)
        version = began["VersionId"]
        if value is not None:
            self.store.put_secret_value(
                SecretId=name,
                ClientRequestToken=version,
                SecretString=value,
                VersionStages=["AWSPENDING"],
            )
        return version

    def value(self, name: str, stage: str = "AWSCURRENT") -> str:
        return self.store.get_secret_value(SecretId=name, VersionStage=stage)["SecretString"]

    def json_value(self, name: str) -> Any:
        """The current value, which is JSON."""
        return json.loads(self.value(name))

    def labels(self, name: str) -> list[list[str]]:
        held = self.store.describe_secret(SecretId=name)["VersionIdsToStages"].values()
        return sorted(sorted(labels) for labels in held)

    def run(self, *arguments: str, **environ: str) -> Ran:
        """`hoist secrets ...` to its end, off a terminal."""
        return run_secrets(arguments, {**self.environ, **environ}, self.clock)

    def json(self, *arguments: str) -> Any:
        """What such a command prints with `--json`, whatever its exit code."""
        return json.loads(self.run(*arguments, "--json").out)

    def ailments(self, name: str) -> list[str]:
        """What the doctor finds."""
        return [found["ailment"] for found in self.json("doctor", name)[0]["findings"]]


def run_secrets(arguments: tuple[str, ...], environ: Mapping[str, str], clock: FixedClock) -> Ran:
    with CliRunner().isolation() as (out, err, _):
        context = CliContext(environ=environ, clock=clock)
        code = run_command(hoist, ("secrets", *arguments), context)
        return Ran(code, out.getvalue().decode(), err.getvalue().decode())
