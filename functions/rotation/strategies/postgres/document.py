"""The secrets of PostgreSQL users. The names of the fields are those that AWS gives them."""

import json
import re
from dataclasses import dataclass

from hoist.secret import Secret
from hoist.strict_json import InvalidDocumentError, JsonFields, json_fields
from rotation.errors import SecretSchemaError
from rotation.strategies.password_policy import PasswordPolicy, password_policy

# NAMEDATALEN less its zero byte: the server would cut a longer name short and mean another role.
_LONGEST_NAME_BYTES = 63
_NAME = re.compile(r"[^\x00-\x1f\x7f]+")
_LABEL = r"[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,62})"
_HOST = re.compile(rf"{_LABEL}(?:\.{_LABEL})*\.?|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*", re.ASCII)
_LONGEST_HOST = 255


@dataclass(frozen=True, slots=True)
class Server:
    """Where a database is, and who vouches for the server; empty where the secret does not say."""

    host: str
    port: int
    database: str
    ca_certificate: str = ""


@dataclass(frozen=True, slots=True)
class Login:
    """How somebody gets in."""

    user: str
    password: Secret


@dataclass(frozen=True, slots=True)
class Account:
    """A user of one database. `check_query` shows that the user may do what it is there for."""

    server: Server
    login: Login
    policy: PasswordPolicy
    check_query: str


@dataclass(frozen=True, slots=True)
class AlternatingAccount:
    """An account whose place another user takes with the next rotation, and who arranges that."""

    account: Account
    next_user: str
    master_secret: str


def single_account(value: Secret | None, strategy: str) -> Account:
    """The account; raises SecretSchemaError or InvalidDocumentError."""
    fields = _fields(value, strategy)
    account = _account(fields)
    fields.refuse_others()
    return account


def alternating_account(value: Secret | None, strategy: str) -> AlternatingAccount:
    """The account with its other user; raises SecretSchemaError or InvalidDocumentError."""
    fields = _fields(value, strategy)
    account = _account(fields)
    next_user = _name(fields, "alternate_username")
    if next_user == account.login.user:
        raise fields.refusal("has the same name as 'username' and as 'alternate_username'")
    master_secret = fields.text("masterarn")
    fields.refuse_others()
    return AlternatingAccount(account, next_user, master_secret)


def master_login(value: Secret | None, server: Server) -> Login:
    """The login in a secret that is another's: its other fields may be what they like.

    Raises SecretSchemaError or InvalidDocumentError, also if the secret is for another server.
    """
    if value is None:
        raise SecretSchemaError(
            "the secret that 'masterarn' names has no value",
            way_out="correct 'masterarn', or store the login of a user who may create users",
        )
    fields = json_fields(value, "the value of the secret that 'masterarn' names")
    host = fields.optional_text("host")
    if host is not None and host.casefold() != server.host.casefold():
        raise fields.refusal("is for another host")
    return Login(_name(fields, "username"), fields.secret("password"))


def login_in(value: Secret | None) -> Login | None:
    """The login in a version that may be of another strategy's form; None if there is none."""
    if value is None:
        return None
    try:
        fields = json_fields(value, "the previous value")
        return Login(fields.text("username"), fields.secret("password"))
    except InvalidDocumentError:
        return None


def with_login(current: Secret, login: Login, **changed: str) -> Secret:
    """The document with another login; everything else stays as its owner wrote it."""
    written = {"username": login.user, "password": login.password.reveal()}
    return Secret(json.dumps({**json.loads(current.reveal()), **changed, **written}))


def _fields(value: Secret | None, strategy: str) -> JsonFields:
    if value is None:
        raise SecretSchemaError(
            "the secret has no value yet", way_out="store the login that is good now"
        )
    fields = json_fields(value, "the secret's value")
    if fields.optional_text("strategy") not in {None, strategy}:
        raise fields.refusal("is that of another strategy")
    return fields


def _account(fields: JsonFields) -> Account:
    if fields.optional_text("engine") not in {None, "postgres"}:
        raise fields.refusal("has an 'engine' other than 'postgres'")
    if not fields.flag("ssl", default=True):
        raise fields.refusal("has 'ssl' false, and there is no way without TLS")
    # Written by the consoles of RDS; the host says all that is needed.
    fields.optional_text("dbInstanceIdentifier")
    return Account(
        server=_server(fields),
        login=Login(_name(fields, "username"), fields.secret("password")),
        policy=password_policy(fields.object("policy")),
        check_query=fields.optional_text("check_query") or "SELECT 1",
    )


def _server(fields: JsonFields) -> Server:
    host = fields.text("host")
    if len(host) > _LONGEST_HOST or not _HOST.fullmatch(host):
        raise fields.refusal("has a 'host' that is neither a name nor an address")
    return Server(
        host=host,
        port=fields.number("port", default=5432, lowest=1, highest=65535),
        database=_name(fields, "dbname"),
        ca_certificate=fields.optional_text("ca_certificate") or "",
    )


def _name(fields: JsonFields, field: str) -> str:
    name = fields.text(field)
    is_text = _NAME.fullmatch(name) and not re.search("[\ud800-\udfff]", name)
    if not is_text or len(name.encode()) > _LONGEST_NAME_BYTES:
        raise fields.refusal(f"has {field!r}, which is no name that PostgreSQL would keep whole")
    return name
