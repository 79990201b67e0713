"""A scripted server, the real API, and command lines for both."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from command_line import CommandLine, command_line
from command_site import CommandSite, command_site, sign_in
from scripted_server import ScriptedServer


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    """A server that answers what the test has written down."""
    with ScriptedServer() as scripted:
        yield scripted


@pytest.fixture
def site() -> Iterator[CommandSite]:
    """The real API over an installation in memory."""
    with command_site() as real:
        yield real


@pytest.fixture
def scripted_line(server: ScriptedServer, tmp_path: Path) -> CommandLine:
    """`hoist` against the scripted server, which is signed in to."""
    sign_in(tmp_path, server.url)
    return command_line(tmp_path, server.url)


@pytest.fixture
def line(site: CommandSite, tmp_path: Path) -> CommandLine:
    """`hoist` against the real API, of somebody who may do anything there."""
    sign_in(tmp_path, site.url, site.estate.admin)
    return command_line(tmp_path, site.url)
