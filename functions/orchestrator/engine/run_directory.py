"""The directory of one run: its homes, its credentials, its copy of the program.

    RUN/program/    the unpacked program, with the stack's settings file
    RUN/pulumi/     PULUMI_HOME: credentials for the loopback service, plugins (a link)
    RUN/aws/        credentials of the deploy role
    RUN/home/       HOME
    RUN/tmp/        TMPDIR

Only its owner can read it, and nothing of it outlives the run.
"""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import yaml

from hoist.aws import AwsCredentials
from hoist.secret import Secret
from orchestrator.engine.run_lock import held_directory, remove_abandoned
from orchestrator.state.names import ORGANIZATION, StackName
from orchestrator.state.records import StackRecord


@dataclass(frozen=True, slots=True)
class RunDirectory:
    """Paths of one run."""

    root: Path

    @property
    def program(self) -> Path:
        return self.root / "program"

    @property
    def pulumi_home(self) -> Path:
        return self.root / "pulumi"

    @property
    def aws_credentials_file(self) -> Path:
        return self.root / "aws" / "credentials"

    @property
    def home(self) -> Path:
        return self.root / "home"

    @property
    def temporary(self) -> Path:
        return self.root / "tmp"


@contextmanager
def run_directory(parent: Path, *, plugins: Path) -> Iterator[RunDirectory]:
    """A fresh directory for one run, removed at the block's end; what killed runs left as well."""
    parent.mkdir(parents=True, exist_ok=True)
    remove_abandoned(parent)
    with held_directory(parent) as root:
        directory = RunDirectory(root)
        for path in (directory.pulumi_home, directory.home, directory.temporary):
            path.mkdir()
        directory.aws_credentials_file.parent.mkdir()
        (directory.pulumi_home / "plugins").symlink_to(plugins, target_is_directory=True)
        # The engine keeps a debug log of each process in a folder of this name, unless it cannot.
        # Nobody would ever read it, it costs 5 % of a short operation, and it may hold values.
        (directory.pulumi_home / "logs").touch(mode=0o600)
        yield directory


def write_login(directory: RunDirectory, url: str, token: Secret, *, now: datetime) -> None:
    """Log the engine in to the loopback service, by file: an environment can be read by others.

    `lastValidatedAt` saves the engine the question who it is.
    """
    account = {
        "accessToken": token.reveal(),
        "username": "hoist",
        "organizations": [ORGANIZATION],
        "lastValidatedAt": now.isoformat(),
    }
    document = {
        "current": url,
        "accessTokens": {url: token.reveal()},
        "accounts": {url: account},
    }
    _write_private(directory.pulumi_home / "credentials.json", json.dumps(document))


def write_aws_credentials(directory: RunDirectory, credentials: AwsCredentials) -> None:
    """The shared credentials file that every AWS SDK reads."""
    lines = [
        "[default]",
        f"aws_access_key_id = {credentials.access_key_id}",
        f"aws_secret_access_key = {credentials.secret_access_key.reveal()}",
    ]
    if credentials.session_token:
        lines.append(f"aws_session_token = {credentials.session_token.reveal()}")
    _write_private(directory.aws_credentials_file, "\n".join(lines) + "\n")


def write_stack_settings(directory: RunDirectory, stack: StackRecord) -> None:
    """The stack's settings file, in place of one that the program may have brought along."""
    path = directory.program / settings_file_name(stack.name)
    _write_private(path, stack_settings(stack))


def stack_settings(stack: StackRecord) -> str:
    """`Pulumi.STACK.yaml` with the wrapped data key and the config; secrets stay ciphertext.

    Without the key in it, the engine would make a new one for each run.
    """
    settings: dict[str, object] = {}
    if stack.secrets:
        settings["secretsprovider"] = stack.secrets.url
        settings["encryptedkey"] = stack.secrets.encrypted_key
    settings["config"] = {
        key: {"secure": value.text} if value.is_secret else value.text
        for key, value in sorted(stack.config.items())
    }
    return yaml.safe_dump(settings, sort_keys=True)


def write_bare_project(directory: RunDirectory, name: StackName) -> None:
    """A project without a program, for operations that need none."""
    directory.program.mkdir()
    project = {"name": name.project, "runtime": "python"}
    _write_private(directory.program / "Pulumi.yaml", yaml.safe_dump(project))


def settings_file_name(name: StackName) -> str:
    return f"Pulumi.{name.stack}.yaml"


def engine_environment(
    directory: RunDirectory, *, backend_url: str, aws: Mapping[str, str]
) -> dict[str, str]:
    """All that the engine sees of its environment. None of it is a secret."""
    return {
        **program_environment(directory, aws=aws),
        "PULUMI_HOME": str(directory.pulumi_home),
        "PULUMI_BACKEND_URL": backend_url,
        "PULUMI_SKIP_UPDATE_CHECK": "true",
        "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
        "PULUMI_IGNORE_AMBIENT_PLUGINS": "true",
        "PULUMI_ENABLE_STREAMING_JSON_PREVIEW": "true",
        "PULUMI_ENABLE_JOURNALING": "true",
        "PULUMI_FALLBACK_TO_STATE_SECRETS_MANAGER": "true",
        # A step waits for its journal entry: the shorter the period, the shorter the wait. Below
        # 5 ms the number of requests costs more than the waiting.
        "PULUMI_JOURNALING_BATCH_PERIOD": "5",
        # The engine allocates 50 MB at its start alone: collecting less often takes 30 ms off each
        # operation, and the soft limit keeps large stacks from paying for it in memory.
        "GOGC": "400",
        "GOMEMLIMIT": "768MiB",
    }


def program_environment(directory: RunDirectory, *, aws: Mapping[str, str]) -> dict[str, str]:
    """What the program sees: no engine settings, and its credentials by file."""
    return {
        "PATH": "/usr/local/bin:/usr/bin:/bin",
        "LANG": "C.UTF-8",
        "HOME": str(directory.home),
        "USER": "hoist",
        "TMPDIR": str(directory.temporary),
        "AWS_SHARED_CREDENTIALS_FILE": str(directory.aws_credentials_file),
        **aws,
    }


def _write_private(path: Path, text: str) -> None:
    path.touch(mode=0o600)
    path.write_text(text)
