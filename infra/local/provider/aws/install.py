"""Puts the emulator's `aws` provider into a Pulumi home."""

from importlib import metadata
from pathlib import Path

from local.provider.plugin_files import write_plugin

_MODULE = "local.provider.aws.plugin"


def install_aws_plugin(home: Path, *, python: Path) -> Path:
    """Lay it into `home`, in the version that programs with this pulumi-aws ask for.

    `home` must be one of ours: in the user's own it would stand in for the real plugin. Returns
    the executable.
    """
    version = metadata.version("pulumi-aws")
    return write_plugin(home, name="aws", version=version, module=_MODULE, python=python)
