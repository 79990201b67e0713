"""Starts the front's process: `python -m local.front`, with what it needs on its command line."""

import psutil

from local.background_process import spawn_module
from local.front.layout import MODULE, FrontLayout
from local.settings import LocalSettings


def spawn(
    layout: FrontLayout,
    settings: LocalSettings,
    *,
    port: int,
    endpoint_url: str,
    functions: tuple[str, str],
) -> psutil.Process:
    """Start the front before api and health, in a session of its own; its output is the log."""
    place = (endpoint_url, settings.region, settings.account)
    return spawn_module(
        MODULE,
        [str(port), *place, *functions, str(layout.key)],
        search_path=settings.search_path,
        home=layout.home,
        log=layout.log,
        previous_log=layout.previous_log,
    )


def serves(
    process: psutil.Process, layout: FrontLayout, endpoint_url: str, functions: tuple[str, str]
) -> bool:
    """Whether the front invokes these functions of the emulator at this address, for whoever has
    the layout's key.
    """
    try:
        return {endpoint_url, *functions, str(layout.key)}.issubset(process.cmdline())
    except psutil.Error:
        return False
