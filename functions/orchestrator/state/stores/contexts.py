"""The encryption context that binds a wrapped data key to its stack, as its URL names it."""

from urllib.parse import parse_qsl, urlsplit

CONTEXT_PREFIX = "context_"


def encryption_context(url: str) -> dict[str, str]:
    """The encryption context that a provider URL asks for."""
    return {
        name.removeprefix(CONTEXT_PREFIX): value
        for name, value in parse_qsl(urlsplit(url).query)
        if name.startswith(CONTEXT_PREFIX)
    }
