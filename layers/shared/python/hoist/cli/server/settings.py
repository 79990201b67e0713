"""What the environment says of how the server is asked."""

import os
from collections.abc import Mapping

from hoist.secret import Secret

TOKEN_VARIABLE = "HOIST_TOKEN"  # noqa: S105 - the variable's name


def take_token(environ: Mapping[str, str]) -> Secret | None:
    """The token in HOIST_TOKEN, if there is one.

    It is taken out of this process's own environment: no child that it starts inherits it.
    """
    os.environ.pop(TOKEN_VARIABLE, None)
    text = environ.get(TOKEN_VARIABLE, "")
    return Secret(text) if text else None
