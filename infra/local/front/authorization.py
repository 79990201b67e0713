"""An Authorization header of Signature Version 4, taken apart; nothing is verified here."""

import re
from dataclasses import dataclass
from http import HTTPStatus

from local.front.errors import RequestRefusedError

# In the order in which every signer writes them.
_FORM = re.compile(
    r"AWS4-HMAC-SHA256 +"
    r"Credential=(?P<key>\w{16,128})/(?P<date>[0-9]{8})/(?P<region>[a-z0-9-]{1,32})"
    r"/(?P<service>[a-z0-9-]{1,32})/aws4_request, *"
    r"SignedHeaders=(?P<headers>[a-z0-9!#$%&'*+.^_`|~;-]+), *"
    r"Signature=(?P<signature>[0-9a-f]{64})",
    re.ASCII,
)


@dataclass(frozen=True, slots=True)
class SignatureClaims:
    """What the header says: by which key, for which day, region and service, over what."""

    access_key_id: str
    date: str
    region: str
    service: str
    signed_headers: tuple[str, ...]
    signature: str


def signature_claims(values: list[str]) -> SignatureClaims:
    """What the values of a request's Authorization headers say.

    Raises RequestRefusedError, which never holds what was sent: it may be a token.
    """
    if not values:
        raise forbidden("Missing Authentication Token")
    found = _FORM.fullmatch(values[0])
    if len(values) > 1 or found is None:
        raise forbidden(
            "Authorization header requires 'Credential' parameter. Authorization header requires"
            " 'SignedHeaders' parameter. Authorization header requires 'Signature' parameter."
        )
    return SignatureClaims(
        access_key_id=found["key"],
        date=found["date"],
        region=found["region"],
        service=found["service"],
        signed_headers=tuple(found["headers"].split(";")),
        signature=found["signature"],
    )


def forbidden(message: str) -> RequestRefusedError:
    """The refusal of a request that IAM would not let through."""
    return RequestRefusedError(HTTPStatus.FORBIDDEN, message)
