"""A request that was read whole, and the answer to one."""

from dataclasses import dataclass
from http import HTTPStatus

from local.front.head import RequestHead


@dataclass(frozen=True, slots=True)
class Request:
    """A request as it was sent, and by whom."""

    head: RequestHead
    body: bytes
    client: str

    @property
    def raw_path(self) -> str:
        return self.head.target.partition("?")[0]

    @property
    def raw_query(self) -> str:
        return self.head.target.partition("?")[2]


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes back; the headers of the framing are the connection's."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes

    @property
    def may_have_body(self) -> bool:
        return self.status not in (HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED)

    def header(self, name: str) -> str | None:
        """The first value of a header, whatever the case of its name."""
        wanted = name.lower()
        return next((value for key, value in self.headers if key.lower() == wanted), None)
