"""Where an issuer is, and what opens it: the administrator's secret, which is only ever read."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from hoist.secret import Secret
from hoist.strict_json import JsonFields, json_fields
from rotation.errors import SecretSchemaError
from rotation.strategies.api_key.document import read_key

_URL_CHARACTERS = frozenset(map(chr, range(ord("!"), ord("~") + 1)))


@dataclass(frozen=True, slots=True)
class IssuerAccess:
    """The base of the issuer's URLs, without a slash at its end; the system's own list of
    authorities if no certificate is given."""

    url: str
    token: Secret
    ca_certificate: str = ""


def issuer_access(value: Secret | None) -> IssuerAccess:
    """The access in a secret that is another's: its other fields may be what they like.

    Raises SecretSchemaError or InvalidDocumentError.
    """
    if value is None:
        raise SecretSchemaError(
            "the secret that 'admin_secret' names has no value",
            way_out="correct 'admin_secret', or store 'issuer_url' and 'token' there",
        )
    fields = json_fields(value, "the value of the secret that 'admin_secret' names")
    return IssuerAccess(
        url=_https_url(fields, "issuer_url"),
        token=read_key(fields, "token"),
        ca_certificate=fields.optional_text("ca_certificate") or "",
    )


def _https_url(fields: JsonFields, name: str) -> str:
    url = fields.text(name)
    if not _is_https_base(url):
        raise fields.refusal(f"has {name!r}, which is no https URL with a host and a path alone")
    return url.rstrip("/")


def _is_https_base(url: str) -> bool:
    # A question mark without a query, too, would swallow the paths that are put behind it.
    if set(url) - _URL_CHARACTERS or set("?#@\\") & set(url):
        return False
    try:
        parts = urlsplit(url)
        return parts.scheme == "https" and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
