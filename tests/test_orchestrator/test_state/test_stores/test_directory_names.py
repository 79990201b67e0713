"""Texts as file names."""

from hypothesis import given
from hypothesis import strategies as st

from orchestrator.state.stores.directory_names import file_name, text_of

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1)


@given(TEXTS)
def test_a_name_gives_its_text_back(text: str) -> None:
    """A name that is no digest is turned back into the very text."""
    assert text_of(file_name(text)) in (text, None)


@given(TEXTS)
def test_a_name_is_safe(text: str) -> None:
    """No name leaves its folder, is hidden, is too long, or depends on the case of letters."""
    name = file_name(text)

    assert "/" not in name
    assert not name.startswith(".")
    assert 0 < len(name) <= 240
    assert name == name.lower()
    assert name.isascii()


@given(TEXTS, TEXTS)
def test_two_texts_never_share_a_name(one: str, other: str) -> None:
    """Names are equal only if the texts are."""
    assert (file_name(one) == file_name(other)) == (one == other)


def test_ordinary_names_stay_readable() -> None:
    """A person finds a stack's files without a table."""
    assert file_name("prod-2.eu_west") == "prod-2.eu_west"
    assert file_name("stacks#shop") == "stacks%23shop"
    assert file_name(".hidden") == "%2ehidden"
    assert file_name("Prod") == "%50rod"


def test_a_long_text_has_a_digest_for_a_name() -> None:
    """Above the length of a file name the text cannot be told from the name."""
    assert text_of(file_name("x" * 240)) == "x" * 240
    assert text_of(file_name("x" * 241)) is None
    assert file_name("x" * 241) != file_name("x" * 242)


def test_a_text_that_looks_like_a_digest_is_escaped() -> None:
    """No text can take the place of another one's digest."""
    digest = file_name("x" * 241)

    assert file_name(digest) != digest
    assert text_of(file_name(digest)) == digest
