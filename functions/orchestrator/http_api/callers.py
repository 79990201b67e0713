"""Who asks."""

import ipaddress

from orchestrator.http_api.errors import LoopbackOnlyError

LOOPBACK = "loopback"
"""Whoever asks, as the records tell: nobody else is answered, and nobody has a name yet."""


def require_loopback(source_address: str) -> None:
    """Raises LoopbackOnlyError for an address of another machine, or none."""
    try:
        is_here = ipaddress.ip_address(source_address).is_loopback
    except ValueError:
        is_here = False
    if not is_here:
        raise LoopbackOnlyError
