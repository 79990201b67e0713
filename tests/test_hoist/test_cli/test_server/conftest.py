"""A scripted server."""

from collections.abc import Iterator

import pytest

from scripted_server import ScriptedServer


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    """A server that answers what the test has written down."""
    with ScriptedServer() as scripted:
        yield scripted
