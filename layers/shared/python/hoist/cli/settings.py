"""The environment of the command line, read once and handed on."""

import os
from collections.abc import Mapping
from pathlib import Path


def process_environment() -> Mapping[str, str]:
    """A copy of this process's environment."""
    return dict(os.environ)


def cache_directory(environ: Mapping[str, str]) -> Path:
    """Where this user keeps what can be got again."""
    chosen = Path(environ.get("XDG_CACHE_HOME", ""))
    # The standard says that a relative path there is to be ignored.
    if chosen.is_absolute():
        return chosen / "hoist"
    home = environ.get("HOME", "")
    return (Path(home) if home else Path.home()) / ".cache" / "hoist"
