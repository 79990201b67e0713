"""What a server is told of a password, and how names and texts are written for it."""

import base64

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hoist.secret import Secret
from postgres_server import PostgresServer
from postgres_site import Estate
from rotation.strategies.postgres.driver import PostgresServers
from rotation.strategies.postgres.identifiers import literal, quoted
from rotation.strategies.postgres.passwords import scram_verifier

pytestmark = pytest.mark.thorough
# The password and the salt of the example in RFC 7677.
SALT = base64.b64decode("W22ZaJ0SNY7soEsUEjb6gQ==")
VERIFIER = (
    "SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ==$WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY="
    ":wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU="
)


def test_verifier_of_the_standards_example() -> None:
    """The verifier of a known password and salt is the known one."""
    assert scram_verifier(Secret("pencil"), SALT).reveal() == VERIFIER


def test_verifier_is_what_the_server_keeps(estate: Estate) -> None:
    """The server stores a verifier as it is told, and lets the password in."""
    estate.set_password(estate.user, "CANARY-visible !~")

    stored = estate.ask("SELECT rolpassword FROM pg_authid WHERE rolname = $1", estate.user)

    assert stored[0][0].startswith("SCRAM-SHA-256$4096:")
    assert estate.lets_in(estate.document(password="CANARY-visible !~"))


TEXT = st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=15)


@settings(max_examples=15)
@given(texts=st.lists(st.tuples(TEXT, TEXT.filter(bool)), min_size=1, max_size=20))
def test_names_and_texts(server: PostgresServer, texts: list[tuple[str, str]]) -> None:
    """The server reads any name and any text as it was meant."""
    columns = ", ".join(f"{literal(text)} AS {quoted(name)}" for text, name in texts)
    with PostgresServers().session(server.database("postgres"), server.superuser) as session:
        (values,) = session.read(f"SELECT {columns}")
        names = [session.read("SELECT parse_ident($1)", quoted(name)) for _, name in texts]

    assert list(values) == [text for text, _ in texts]
    assert names == [[[[name]]] for _, name in texts]
