"""The text of a token, and where it stands in a request."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hoist.access.authorization import presented_token
from hoist.access.errors import TokenInvalidError
from hoist.access.tokens import is_token_id, new_token, parse_token
from hoist.secret import Secret

TOKEN = new_token()
TEXT = TOKEN.text.reveal()


def test_a_new_token_reads_back() -> None:
    """Its id is in it, and its digest is that of its text alone."""
    again = parse_token(TOKEN.text)

    assert again == TOKEN
    assert again.digest == TOKEN.digest
    assert is_token_id(TOKEN.id)
    assert TEXT.startswith(f"hoist_{TOKEN.id}_")


def test_no_two_are_alike() -> None:
    """Neither by their ids nor by their secrets."""
    tokens = [new_token() for _ in range(50)]

    assert len({token.id for token in tokens}) == len({token.digest for token in tokens}) == 50


def test_a_token_is_not_printed() -> None:
    """Whatever shows it shows its id at most."""
    assert TEXT.rpartition("_")[2] not in f"{TOKEN} {TOKEN!r} {TOKEN.text}"


@given(st.integers(0, len(TEXT) - 1), st.sampled_from("0123456789abcdefghz_ "))
def test_a_letter_that_is_wrong_is_noticed(place: int, letter: str) -> None:
    """Before anybody is asked about the token."""
    mistyped = TEXT[:place] + letter + TEXT[place + 1 :]

    if mistyped != TEXT:
        with pytest.raises(TokenInvalidError):
            parse_token(Secret(mistyped))


@pytest.mark.parametrize(
    "text",
    [
        *("", "hoist_", TEXT[:-1], TEXT + "0", f" {TEXT}", f"{TEXT}\n", TEXT.upper(), "x" * 10**6),
        TEXT.replace("hoist", "hoist2"),
        TEXT.replace("0", "\u0660").replace("1", "\u0661"),
    ],
    ids=range(10),
)
def test_what_is_no_token_is_not_repeated(text: str) -> None:
    """The error tells what is wrong, and nothing of what came."""
    with pytest.raises(TokenInvalidError) as caught:
        parse_token(Secret(text))

    assert not text or text.strip() not in caught.value.message + caught.value.way_out


@given(st.text())
def test_any_text_is_a_token_or_refused(text: str) -> None:
    """Nothing else is raised."""
    with pytest.raises(TokenInvalidError):
        parse_token(Secret(text))


@pytest.mark.parametrize(
    "header",
    [f"Bearer {TEXT}", f"bearer {TEXT}", f"token {TEXT}", f"TOKEN  {TEXT} ", f" Bearer {TEXT}"],
    ids=range(5),
)
def test_the_header_bears_the_token(header: str) -> None:
    """By the scheme of everybody, or by Pulumi's."""
    assert presented_token([header]) == TOKEN


@pytest.mark.parametrize(
    "header",
    ["", " ", "Basic YTpi", "AWS4-HMAC-SHA256 Credential=x", TEXT, f"Bearer\t{TEXT}"],
    ids=range(6),
)
def test_other_schemes_bear_no_token(header: str) -> None:
    """A signature is one of them; a token without a scheme is none."""
    assert presented_token([header]) is None


def test_no_header_bears_no_token() -> None:
    """It is not taken from anywhere else."""
    assert presented_token([]) is None


@pytest.mark.parametrize(
    "headers",
    [
        ["Bearer"],
        ["Bearer "],
        ["Bearer x"],
        [f"Bearer {TEXT} {TEXT}"],
        [f"Bearer {TEXT}, Bearer {TEXT}"],
        [f"Bearer {TEXT}", f"Bearer {TEXT}"],
        [f"Bearer {TEXT}", "Basic YTpi"],
    ],
    ids=range(7),
)
def test_what_may_be_read_in_two_ways_is_refused(headers: list[str]) -> None:
    """More than one token, or half of one, is none."""
    with pytest.raises(TokenInvalidError):
        presented_token(headers)


@given(st.lists(st.text() | st.sampled_from(["Bearer ", "token x"]), max_size=3))
def test_any_headers_bear_a_token_or_not(headers: list[str]) -> None:
    """Nothing else is raised, and nobody gets in by chance."""
    try:
        assert presented_token(headers) is None
    except TokenInvalidError:
        return
