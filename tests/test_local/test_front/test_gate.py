"""Who is let in."""

from http import HTTPStatus

import pytest

from local.front.errors import RequestRefusedError
from local.front.gate import check_visitor
from local.front.head import RequestHead


def knock(*headers: tuple[str, str]) -> None:
    check_visitor(RequestHead("GET", "/", "HTTP/1.1", headers), port=4000)


@pytest.mark.parametrize("host", ["127.0.0.1:4000", "localhost:4000", "LocalHost:4000"])
def test_programs_of_this_machine(host: str) -> None:
    """Who calls the server by its address is let in, a page of its own as well."""
    knock(("Host", host))
    knock(("Host", host), ("Origin", "http://127.0.0.1:4000"))
    knock(("Host", host), ("origin", "http://localhost:4000"))


@pytest.mark.parametrize(
    "host",
    ["attacker.example:4000", "127.0.0.1", "127.0.0.1:4001", "127.0.0.1:4000.attacker.example", ""],
)
def test_a_name_that_was_made_to_point_here(host: str) -> None:
    """A request for another name, or another port, is refused."""
    with pytest.raises(RequestRefusedError) as caught:
        knock(("Host", host))
    assert caught.value.status is HTTPStatus.FORBIDDEN


@pytest.mark.parametrize(
    "origin", ["https://attacker.example", "null", "http://127.0.0.1", "https://127.0.0.1:4000"]
)
def test_a_page_of_another_site(origin: str) -> None:
    """A request that a page of another site sends is refused, one from a file as well."""
    with pytest.raises(RequestRefusedError) as caught:
        knock(("Host", "127.0.0.1:4000"), ("Origin", origin))
    assert caught.value.status is HTTPStatus.FORBIDDEN


@pytest.mark.parametrize("count", [0, 2])
def test_a_request_names_one_host(count: int) -> None:
    """No host, or two, is a bad request."""
    with pytest.raises(RequestRefusedError) as caught:
        knock(*[("Host", "127.0.0.1:4000")] * count)
    assert caught.value.status is HTTPStatus.BAD_REQUEST
