"""Who may do what in tests: settings, identities, tokens, and stores for them."""

import json
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from moto import mock_aws

from hoist.access.dynamodb import DynamoDBAccess
from hoist.access.grants import NO_LIMIT, Authority, Grant
from hoist.access.memory import InMemoryAccess
from hoist.access.patterns import StackPattern
from hoist.access.permissions import Role
from hoist.access.records import TokenRecord
from hoist.access.storage import AccessStorage
from hoist.access.token_book import DEFAULT_LIFETIME, TokenBook
from hoist.access.tokens import AccessToken, new_token
from hoist.clock import FixedClock
from storages import aws_clients
from tables import make_table

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
ACCOUNT = "111122223333"
OpenAccess = Callable[[], AccessStorage]


def user_arn(name: str) -> str:
    return f"arn:aws:iam::{ACCOUNT}:user/{name}"


def role_arn(name: str, path: str = "") -> str:
    return f"arn:aws:iam::{ACCOUNT}:role/{path}{name}"


def session_arn(role: str, session: str) -> str:
    """A session of a role, as API Gateway tells of it."""
    return f"arn:aws:sts::{ACCOUNT}:assumed-role/{role}/{session}"


@dataclass(frozen=True, slots=True)
class Named:
    """A stack by its names."""

    project: str
    stack: str


SHOP_DEV, SHOP_PROD, WEB_DEV = Named("shop", "dev"), Named("shop", "prod"), Named("web", "dev")


def grant(role: str, stacks: str = "*/*") -> Grant:
    return Grant(Role(role), StackPattern.parse(stacks))


def authority(*grants: Grant, limit: Grant = NO_LIMIT, person: str = "ada") -> Authority:
    return Authority(
        person=person,
        principal=person,
        token_id="0" * 20,
        expires_at=NOON + DEFAULT_LIFETIME,
        grants=grants,
        limit=limit,
    )


def settings_document(*lines: tuple[str, str, str] | tuple[str, str, str, str]) -> str:
    """Lines of a principal, a role and stacks, and maybe whether session names are fixed."""
    names = ("principal", "role", "stacks", "sessionNames")
    grants = [dict(zip(names, line, strict=False)) for line in lines]
    return json.dumps({"schema": 1, "grants": grants})


def issued_record(
    token: AccessToken,
    *grants: Grant,
    person: str = "ada",
    at: datetime = NOON,
    limit: Grant = NO_LIMIT,
) -> TokenRecord:
    """What is kept of a token."""
    return TokenRecord(
        id=token.id,
        digest=token.digest,
        person=person,
        principal=f"{person}'s session",
        grants=grants or (grant("admin"),),
        limit=limit,
        created_at=at,
        expires_at=at + DEFAULT_LIFETIME,
    )


def token_with(
    storage: AccessStorage,
    grants: Sequence[Grant],
    *,
    person: str = "ada",
    at: datetime = NOON,
    days: int = 1,
) -> AccessToken:
    """A token of somebody whom the settings give these."""
    token = new_token()
    record = issued_record(token, *grants, person=person, at=at)
    storage.put_token(replace(record, expires_at=at + timedelta(days=days)))
    return token


def bearer(token: AccessToken) -> dict[str, str]:
    """The header by which a request bears a token."""
    return {"Authorization": f"Bearer {token.text.reveal()}"}


@dataclass(frozen=True, slots=True)
class BookSite:
    """A book of tokens in memory, on a clock that stands still."""

    storage: InMemoryAccess
    clock: FixedClock

    @property
    def book(self) -> TokenBook:
        return TokenBook(self.storage, clock=self.clock)


def book_site(settings: str | None = None) -> BookSite:
    return BookSite(InMemoryAccess(settings), FixedClock(NOON))


def put_settings(client: "DynamoDBClient", table: str, document: str) -> None:
    """Write the item that Hoist's infra writes."""
    client.put_item(
        TableName=table,
        Item={
            "pk": {"S": "settings"},
            "sk": {"S": "settings"},
            "format": {"N": "1"},
            "document": {"S": document},
        },
    )


@dataclass(frozen=True, slots=True)
class AccessTable:
    """A table for one test."""

    client: "DynamoDBClient"
    name: str

    def open(self) -> DynamoDBAccess:
        return DynamoDBAccess(self.client, table=self.name)


@contextmanager
def moto_access() -> Iterator[AccessTable]:
    """Inside this process; not for races."""
    with mock_aws(), _new_table(None) as table:
        yield table


@contextmanager
def emulator_access(url: str) -> Iterator[AccessTable]:
    """In the emulator that answers at `url`."""
    with _new_table(url) as table:
        yield table


@contextmanager
def _new_table(url: str | None) -> Iterator[AccessTable]:
    client, s3 = aws_clients(url)
    s3.close()
    name = f"access-{uuid.uuid4().hex}"
    try:
        make_table(client, name)
        yield AccessTable(client, name)
    finally:
        client.close()
