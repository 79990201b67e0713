"""Settings of the local installation."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local.errors import InvalidSettingError
from local.settings import LocalSettings


def test_defaults() -> None:
    """Without any setting the data is in the repository, the cache in the home, the port free."""
    settings = LocalSettings.from_environment({"HOME": "/people/somebody", "PATH": "/bin"})

    assert (settings.repository / "infra" / "engine" / "go.mod").is_file()
    assert settings.directory == settings.repository / "build" / "local"
    assert settings.is_default_directory
    assert settings.cache_directory == Path("/people/somebody/.cache/hoist")
    assert (settings.port, settings.front_port) == (None, None)
    assert (settings.account, settings.region) == ("0" * 12, "us-east-1")


def test_each_place_can_be_chosen(tmp_path: Path) -> None:
    """The directory, the ports and the cache follow their settings."""
    settings = LocalSettings.from_environment(
        {
            "HOME": "/people/somebody",
            "HOIST_LOCAL_DIR": str(tmp_path / "data"),
            "HOIST_LOCAL_PORT": "4566",
            "HOIST_LOCAL_FRONT_PORT": "4567",
            "XDG_CACHE_HOME": str(tmp_path / "cache"),
        }
    )

    assert settings.directory == tmp_path / "data"
    assert not settings.is_default_directory
    assert (settings.port, settings.front_port) == (4566, 4567)
    assert settings.cache_directory == tmp_path / "cache" / "hoist"


def test_a_relative_cache_home_is_ignored() -> None:
    """As the standard says, a relative XDG_CACHE_HOME counts as unset."""
    settings = LocalSettings.from_environment({"HOME": "/people/a", "XDG_CACHE_HOME": "cache"})

    assert settings.cache_directory == Path("/people/a/.cache/hoist")


@pytest.mark.parametrize("name", ["HOIST_LOCAL_PORT", "HOIST_LOCAL_FRONT_PORT"])
@pytest.mark.parametrize("port", ["0", "65536", "-1", "http", "4566 ", "4_566", "²"])
def test_a_port_that_is_none_is_refused(name: str, port: str) -> None:
    """The error names the setting and its value."""
    with pytest.raises(InvalidSettingError, match=f"{name} is {port!r}"):
        LocalSettings.from_environment({name: port, "HOME": "/people/a"})


@given(st.integers(min_value=1, max_value=65535))
def test_every_port_is_accepted(port: int) -> None:
    """Each number of a port is taken as it is."""
    environ = {"HOIST_LOCAL_PORT": str(port), "HOME": "/people/a"}

    assert LocalSettings.from_environment(environ).port == port


def test_tools_see_no_tokens() -> None:
    """A program that fetches software sees how to reach the network, and no key of the caller."""
    kept = {"PATH": "/bin", "GOPROXY": "direct", "PIP_CERT": "/ca", "https_proxy": "http://p"}
    withheld = {"AWS_SECRET_ACCESS_KEY": "x", "GITHUB_TOKEN": "x", "PULUMI_ACCESS_TOKEN": "x"}
    withheld |= {"GOOGLE_CREDENTIALS": "x"}

    settings = LocalSettings.from_environment({"HOME": "/people/a", **kept, **withheld})

    assert settings.tool_environment == {"HOME": "/people/a", **kept}


def test_aws_clients_are_pointed_at_the_emulator() -> None:
    """The settings for AWS clients name the endpoint, the region and keys that are no secret."""
    settings = LocalSettings.from_environment({"HOME": "/people/a"})

    assert settings.aws_environment("http://127.0.0.1:4566") == {
        "AWS_ENDPOINT_URL": "http://127.0.0.1:4566",
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_REGION": "us-east-1",
        "AWS_DEFAULT_REGION": "us-east-1",
    }
