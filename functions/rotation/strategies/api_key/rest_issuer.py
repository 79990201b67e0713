"""An issuer behind a small REST interface of JSON, such as many products have."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import quote

from hoist.clock import Clock
from hoist.secret import Secret
from hoist.strict_json import InvalidDocumentError, JsonFields, json_fields
from rotation.errors import FailureKind
from rotation.strategies.api_key.access import IssuerAccess
from rotation.strategies.api_key.connection import Answer, IssuerConnection, Question
from rotation.strategies.api_key.document import read_key, read_key_id
from rotation.strategies.api_key.failures import IssuerFailureError
from rotation.strategies.api_key.issuer import NO_LIMIT, HeldKey, Holdings, IssuedKey

# A list that is cut off would hide orphans: rather none than a part of it.
PAGES_AT_MOST = 50
_CURSOR = re.compile(r"[!-~]{1,1024}", re.ASCII)


class RestKeyIssuer:
    """Every request carries `Authorization: Bearer`, with the administrator's token or a key.

    GET    /keys?label_prefix=P[&cursor=C]   200 {"keys": [{"id", "label"}], "next", "free_places"}
    POST   /keys {"label"}                   201 {"id", "key", "label"}
    GET    /key, with the key itself         200 {"id"}, or 401
    DELETE /keys/ID                          204, or 404

    The list is of live keys; "next" is the cursor of its next page, null or absent at the end;
    "free_places" may be absent. To ask for /key as a consumer would is the proof of a key.
    """

    def __init__(self, access: IssuerAccess, clock: Clock) -> None:
        self._connection = IssuerConnection(access, clock)
        self._token = access.token

    def keys_labelled(self, prefix: str) -> Holdings:
        keys: list[HeldKey] = []
        cursor: str | None = ""
        for _ in range(PAGES_AT_MOST):
            page, cursor = self._page(prefix, cursor)
            # The prefix decides what is revoked: that the issuer has looked at it is not enough.
            keys += (key for key in page.keys if key.label.startswith(prefix))
            if not cursor:
                return Holdings(keys, page.free_places)
        raise IssuerFailureError("the list of keys does not end", kind=FailureKind.STATE)

    def issue(self, label: str) -> IssuedKey:
        doing = "issuing a key"
        answer = self._connection.ask(
            Question(
                doing, "POST", "/keys", self._token, frozenset({201}), document={"label": label}
            )
        )
        with _answers_as_agreed(doing):
            fields = _fields(answer)
            made = IssuedKey(read_key_id(fields, "id"), read_key(fields, "key"))
            is_labelled = fields.optional_text("label") == label
        if not is_labelled:
            # It could not be found again.
            self.revoke(made.key_id)
            raise IssuerFailureError(
                "the issuer does not keep the label of a key", kind=FailureKind.STATE
            )
        return made

    def verify(self, key: Secret) -> str | None:
        doing = "the proof of a key"
        answer = self._connection.ask(Question(doing, "GET", "/key", key, frozenset({200, 401})))
        if answer.status != 200:
            return None
        with _answers_as_agreed(doing):
            return read_key_id(_fields(answer), "id")

    def revoke(self, key_id: str) -> None:
        path = f"/keys/{quote(key_id, safe='')}"
        self._connection.ask(
            Question("revoking a key", "DELETE", path, self._token, frozenset({200, 204, 404}))
        )

    def _page(self, prefix: str, cursor: str | None) -> tuple[Holdings, str | None]:
        doing = "the list of keys"
        query = {"label_prefix": prefix} | ({"cursor": cursor} if cursor else {})
        answer = self._connection.ask(
            Question(doing, "GET", "/keys", self._token, frozenset({200}), query=query)
        )
        with _answers_as_agreed(doing):
            fields = _fields(answer)
            keys = [
                HeldKey(read_key_id(key, "id"), key.optional_text("label") or "")
                for key in fields.objects("keys")
            ]
            free = fields.number("free_places", default=NO_LIMIT, lowest=0, highest=NO_LIMIT)
            return Holdings(keys, free), _cursor(fields)


def _cursor(fields: JsonFields) -> str | None:
    cursor = fields.optional_text("next")
    if cursor and not _CURSOR.fullmatch(cursor):
        raise fields.refusal("has 'next' in a form that could not stand in a URL")
    return cursor


def _fields(answer: Answer) -> JsonFields:
    return json_fields(answer.text, "the issuer's answer")


@contextmanager
def _answers_as_agreed(doing: str) -> Iterator[None]:
    try:
        yield
    except InvalidDocumentError as error:
        raise IssuerFailureError(f"{doing}: {error.message}", kind=FailureKind.STATE) from None
