"""Queries of routes that only look."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api_requests import ApiClient
from orchestrator.http_api.query import WholeNumber


@pytest.mark.parametrize("limit", ["0", "101", "-1", "x", "", "1.0", "٣", " 1", "1_0", "9" * 5000])
def test_a_number_out_of_bounds_is_named(client: ApiClient, stack: str, limit: str) -> None:
    """What was sent is not repeated."""
    reply = client.get(f"{stack}/history", limit=limit)

    assert (reply.status, reply.code) == (400, "request_invalid")
    assert reply.document["errors"] == [
        {"field": "query.limit", "message": "must be a whole number, 1 to 100"}
    ]


@pytest.mark.parametrize("flag", ["1", "yes", "True", ""])
def test_a_flag_is_true_or_false(client: ApiClient, stack: str, flag: str) -> None:
    """Nobody's secrets are shown by guessing what was meant."""
    reply = client.get(f"{stack}/outputs", show_secrets=flag)

    assert (reply.status, reply.code) == (400, "request_invalid")


def test_all_faults_are_told(client: ApiClient, stack: str) -> None:
    """Not only the first."""
    reply = client.get(f"{stack}/history", limit="x", before="-1")

    assert [fault["field"] for fault in reply.document["errors"]] == ["query.limit", "query.before"]


def test_unknown_names_are_passed_over(client: ApiClient, stack: str) -> None:
    """Those between may add some."""
    assert client.get(f"{stack}/history", utm="x").status == 200


@given(st.integers(-5, 10**18), st.integers(0, 10), st.integers(0, 1000))
def test_a_number_is_taken_exactly_within_its_bounds(number: int, least: int, width: int) -> None:
    """Every number is read as what it is, or refused."""
    bounds = WholeNumber(least, least + width)
    try:
        parsed = bounds.parse(str(number))
    except ValueError:
        assert not least <= number <= least + width
    else:
        assert parsed == number
        assert least <= number <= least + width
