"""Parts of a path that may hold anything.

Gateways differ in whether they decode a path, and a slash within a part of a decoded one can't be
told from one between parts. The last part of these paths is therefore decoded, and encoded as a
whole, before Powertools looks for the route. (A percent sign with two hex digits behind it is taken
for an encoded character either way.)
"""

import re
from urllib.parse import quote, unquote

# /v1/stacks/<project>/<stack>/config/<anything, as it is a config key>
_WITH_FREE_PART = re.compile(r"(/v1/stacks/[^/]+/[^/]+/config/)(.+)", re.DOTALL)


def quoted_path(path: str) -> str:
    """The path with its free part encoded, if it has one."""
    found = _WITH_FREE_PART.fullmatch(path)
    return found[1] + quote(unquote(found[2]), safe="") if found else path


def unquoted(part: str) -> str:
    """The free part as it was meant."""
    return unquote(part)
