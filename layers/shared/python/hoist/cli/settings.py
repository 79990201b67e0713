"""The environment of the command line, read once and handed on."""

import os
from collections.abc import Mapping


def process_environment() -> Mapping[str, str]:
    """A copy of this process's environment."""
    return dict(os.environ)
