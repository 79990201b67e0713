"""Where the server is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hoist.cli.server.address import checked_address, server_address
from hoist.cli.server.errors import ServerAddressError


@pytest.mark.parametrize(
    ("url", "is_here"),
    [
        ("http://127.0.0.1:4510", True),
        ("http://localhost:4510", True),
        ("https://abc.execute-api.eu-north-1.amazonaws.com/hoist", False),
    ],
)
def test_private_addresses_are_taken(url: str, is_here: bool) -> None:
    """TLS, or no way off this machine; a slash at the end is taken off."""
    address = checked_address(f"{url}/")

    assert (address.url, address.is_this_machine) == (url, is_here)


@pytest.mark.parametrize(
    "url",
    [
        *("http://hoist.example", "http://127.0.0.1.example", "http://10.0.0.1", "ftp://x"),
        *("hoist.example", "https://", "https://x:port", "https://x:99999", "file:///etc/passwd"),
        *("https://x?y=z", "https://x#y", "http://[::1", "", "//x", "http://0.0.0.0"),
    ],
)
def test_others_are_refused(url: str) -> None:
    """What is no URL, and what others could read along."""
    with pytest.raises(ServerAddressError):
        checked_address(url)


def test_a_password_in_an_address_is_not_repeated() -> None:
    """It is refused, and the error does not hold it."""
    with pytest.raises(ServerAddressError) as caught:
        checked_address("https://ada:canary-1@hoist.example")

    assert "canary" not in caught.value.message + caught.value.way_out


@given(st.text())
def test_any_text_is_an_address_or_refused(text: str) -> None:
    """Whatever is typed, nothing else is raised."""
    try:
        assert checked_address(text).url.startswith(("https://", "http://"))
    except ServerAddressError:
        return


def test_the_option_then_the_environment() -> None:
    """The nearer one counts."""
    environ = {"HOIST_SERVER": "https://b.example"}

    assert server_address("https://a.example", environ).url == "https://a.example"
    assert server_address("", environ).url == "https://b.example"
