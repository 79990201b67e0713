"""The environment of this process, as far as Lambda describes a function in it."""

import os

from hoist.runtime.platform import Platform


def platform_of_this_process() -> Platform:
    """Never raises."""
    return Platform.from_environment(os.environ)
