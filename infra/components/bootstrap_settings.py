"""Settings that are outputs of the bootstrap stack (infra/bootstrap/template.yaml)."""

import pulumi

from components.errors import SettingsError


def from_bootstrap(config: pulumi.Config, key: str) -> str:
    """The output that the setting repeats; raises SettingsError, which says where it comes from."""
    value = config.get(key)
    if not value:
        raise SettingsError(
            f"hoist:{key} is not set: it is an output of the bootstrap stack; "
            "see infra/bootstrap/template.yaml"
        )
    return value
