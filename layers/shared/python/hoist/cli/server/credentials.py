"""By what a request to the server says who makes it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from hoist.access.tokens import AccessToken


class Credentials(Protocol):
    """Adds to each request what says who makes it."""

    def headers(self, method: str, url: str, content: bytes) -> Mapping[str, str]:
        """The headers for a request with exactly this content."""
        ...


@dataclass(frozen=True, slots=True)
class NoCredentials:
    """Nothing says who asks."""

    def headers(self, method: str, url: str, content: bytes) -> Mapping[str, str]:
        return {}


@dataclass(frozen=True, slots=True)
class BearerToken:
    """A token of Hoist's."""

    token: AccessToken

    def headers(self, method: str, url: str, content: bytes) -> Mapping[str, str]:
        return {"authorization": f"Bearer {self.token.text.reveal()}"}
