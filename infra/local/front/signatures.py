"""Whether a request was signed with a key (Signature Version 4), as API Gateway finds out."""

import hashlib
import hmac
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from hoist.aws import AwsCredentials
from local.front.authorization import SignatureClaims, forbidden, signature_claims
from local.front.errors import RequestRefusedError
from local.front.head import RequestHead
from local.front.http_messages import Request

SERVICE = "execute-api"
CLOCKS_MAY_DIFFER = timedelta(minutes=5)
"""A signature is good for so long, and so is one that somebody has overheard."""
_DATE = "x-amz-date"
_CONTENT_DIGEST = "x-amz-content-sha256"
_DATE_FORM = "%Y%m%dT%H%M%SZ"
_DATE_TEXT = re.compile(r"[0-9]{8}T[0-9]{6}Z", re.ASCII)
_OF_AWS = "x-amz-"


@dataclass(frozen=True, slots=True)
class Verifier:
    """Knows one key, and the region that requests are signed for."""

    key: AwsCredentials
    region: str

    def verify(self, request: Request, *, now: datetime) -> None:
        """Return if the key's owner has signed just this request, just now.

        Raises RequestRefusedError, with API Gateway's status and words.
        """
        claims = signature_claims(request.head.values("Authorization"))
        self._check_scope(claims)
        _check_date(_only(request.head, _DATE), claims, now)
        _check_coverage(request.head, claims)
        _check_content_digest(request)
        if not _same(claims.signature, self._signature(request, claims)):
            raise _mismatch()

    def _check_scope(self, claims: SignatureClaims) -> None:
        if not _same(claims.access_key_id, self.key.access_key_id):
            raise forbidden("The security token included in the request is invalid.")
        if (claims.region, claims.service) != (self.region, SERVICE):
            raise forbidden(
                f"Credential should be scoped to the region '{self.region}' and the service"
                f" '{SERVICE}'."
            )

    def _signature(self, request: Request, claims: SignatureClaims) -> str:
        """What the key's owner would have written, by botocore's own signer."""
        credentials = Credentials(self.key.access_key_id, self.key.secret_access_key.reveal())
        signer = SigV4Auth(credentials, SERVICE, self.region)
        host = _only(request.head, "host")
        signed = AWSRequest(
            request.head.method, f"http://{host}{request.head.target}", data=request.body
        )
        for name in claims.signed_headers:
            signed.headers[name] = _only(request.head, name)
        signed.context["timestamp"] = _only(request.head, _DATE)
        canonical = signer.canonical_request(signed)
        return str(signer.signature(signer.string_to_sign(signed, canonical), signed))


def _check_date(text: str, claims: SignatureClaims, now: datetime) -> None:
    signed_at = _instant(text)
    if signed_at is None:
        raise forbidden("Date must be in ISO-8601 'basic format'.")
    if not text.startswith(claims.date):
        raise forbidden("Date in Credential scope does not match the date of the request.")
    if abs(now - signed_at) > CLOCKS_MAY_DIFFER:
        minutes = CLOCKS_MAY_DIFFER // timedelta(minutes=1)
        raise forbidden(
            f"Signature expired or not yet current: it is {now:{_DATE_FORM}}, and the request is"
            f" of {text}; {minutes} min. apart at most."
        )


def _instant(text: str) -> datetime | None:
    # strptime alone would take fewer digits.
    if not _DATE_TEXT.fullmatch(text):
        return None
    try:
        return datetime.strptime(text, _DATE_FORM).replace(tzinfo=UTC)
    except ValueError:
        return None


def _check_coverage(head: RequestHead, claims: SignatureClaims) -> None:
    """What could be changed without the signature's notice must not be of weight."""
    named = claims.signed_headers
    must = {"host", *(name.lower() for name, _ in head.headers if _is_of_aws(name))}
    if list(named) != sorted(set(named)) or not must.issubset(named):
        raise forbidden(
            "'Host' and each 'X-Amz-' header must be a 'SignedHeader', once and in order."
        )


def _check_content_digest(request: Request) -> None:
    """botocore signs the digest that is said, whether or not it is the body's."""
    digest = hashlib.sha256(request.body).hexdigest()
    if any(not _same(each, digest) for each in request.head.values(_CONTENT_DIGEST)):
        raise _mismatch()


def _only(head: RequestHead, name: str) -> str:
    """The value of a header that is there once; two readers could take a different one of two."""
    values = head.values(name)
    if len(values) != 1:
        raise _mismatch()
    return values[0]


def _is_of_aws(name: str) -> bool:
    return name.lower().startswith(_OF_AWS)


def _same(one: str, other: str) -> bool:
    """Whether two texts are one, found out in a time that does not tell where they differ."""
    return hmac.compare_digest(one.encode(), other.encode())


def _mismatch() -> RequestRefusedError:
    return forbidden(
        "The request signature we calculated does not match the signature you provided. Check your"
        " AWS Secret Access Key and signing method."
    )
