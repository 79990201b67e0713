"""For Pulumi programs of tests: `probe.Item("name", value=1, waitFor="...")`.

It needs nothing but the Pulumi SDK: copy this file next to the program as `probe.py`.
"""

from typing import Any

import pulumi

VERSION = "1.0.0"
_OUTPUTS = ("name", "value", "size", "payload", "token", "serial", "secret")


class Item(pulumi.CustomResource):
    """A file in the world; inputs are the keyword arguments, outputs are attributes."""

    name: pulumi.Output[str]
    value: pulumi.Output[Any]
    size: pulumi.Output[Any]
    payload: pulumi.Output[str]
    token: pulumi.Output[str]
    serial: pulumi.Output[str]
    secret: pulumi.Output[str]

    def __init__(
        self, resource_name: str, opts: pulumi.ResourceOptions | None = None, **inputs: Any
    ) -> None:
        properties: dict[str, Any] = {**dict.fromkeys(_OUTPUTS), **inputs}
        options = pulumi.ResourceOptions.merge(pulumi.ResourceOptions(version=VERSION), opts)
        super().__init__("probe:index:Item", resource_name, properties, options)
