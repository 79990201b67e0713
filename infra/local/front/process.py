"""Starts the front's process: `python -m local.front`, with what it needs on its command line."""

import sys

import psutil

from local.background_process import keep_last_log, spawn_in_background
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
    layout.home.mkdir(parents=True, exist_ok=True)
    keep_last_log(layout.log, layout.previous_log)
    command = [
        *(sys.executable, "-I", "-m", MODULE),
        *(str(port), endpoint_url, settings.region, settings.account, *functions),
        str(layout.key),
    ]
    # Nothing of the caller's environment but PATH: no AWS profile, no proxy, no token.
    environment = {
        "PATH": settings.search_path,
        "HOME": str(layout.home),
        "LANG": "C.UTF-8",
    }
    return spawn_in_background(
        command, directory=layout.home, environment=environment, log=layout.log
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
