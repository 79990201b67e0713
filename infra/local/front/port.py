"""Which port the front listens on: the one that was chosen, the last one, or a free one."""

from local.emulator_health import HOST, free_port, is_free
from local.errors import PortInUseError
from local.front.layout import FrontLayout

SETTING = "HOIST_LOCAL_FRONT_PORT"


def choose_port(layout: FrontLayout, wanted: int | None) -> int:
    """The port to start on; raises PortInUseError for a chosen or a last one that is taken."""
    port = wanted or _last_port(layout)
    if port is None:
        return free_port()
    if not is_free(port):
        raise PortInUseError(port, setting=SETTING)
    return port


def last_front_url(layout: FrontLayout) -> str:
    """Where the front is, or was last; empty if there never was one."""
    port = _last_port(layout)
    return f"http://{HOST}:{port}" if port else ""


def _last_port(layout: FrontLayout) -> int | None:
    try:
        return int(layout.port.read_text())
    except (OSError, ValueError):
        return None
