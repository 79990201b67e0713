"""Config keys as Pulumi knows them: `<namespace>:<name>`, the project's own by default."""

import re

from hoist.errors import UsageError

# Pulumi takes more; whitespace and control characters would only be mistakes.
_PART = r"[^\s:\x00-\x1f\x7f]{1,200}"
_KEY = re.compile(rf"(?:({_PART}):(?:config:)?)?({_PART})")


class ConfigKeyError(UsageError):
    """A key that Pulumi would not take."""

    code = "config_key_invalid"

    def __init__(self, key: str) -> None:
        super().__init__(
            f"{key[:200]!r} is no config key",
            way_out="a key is a name, or <namespace>:<name> such as aws:region",
        )


def full_key(key: str, *, project: str) -> str:
    """The key with its namespace; raises ConfigKeyError."""
    found = _KEY.fullmatch(key)
    if found is None:
        raise ConfigKeyError(key)
    return f"{found[1] or project}:{found[2]}"
