"""Certificates in ACM that bear the installation's tag."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from health.dependencies.answers import aws_answers

LIST = "acm:ListCertificates"
LIST_TAGS = "acm:ListTagsForCertificate"
TAG = "hoist:installation"

# Without these ACM lists certificates with RSA keys of two lengths only.
_KEY_TYPES = (
    "RSA_1024",
    "RSA_2048",
    "RSA_3072",
    "RSA_4096",
    "EC_prime256v1",
    "EC_secp384r1",
    "EC_secp521r1",
)


@dataclass(frozen=True, slots=True)
class Certificate:
    """One certificate, and when it ends."""

    arn: str
    domain: str
    ends_at: datetime
    is_imported: bool
    """Nobody renews it but who imported it."""


@dataclass(frozen=True, slots=True)
class CertificateShelf:
    """The certificates of this account and region."""

    client: Any
    """Untyped: this module alone says which calls it makes of it."""

    def ending_by(self, instant: datetime) -> Iterator[Certificate]:
        """Those that serve somebody and end by then, whoever they are for; raises LookErrors."""
        pages = self.client.get_paginator("list_certificates").paginate(
            Includes={"keyTypes": list(_KEY_TYPES)}
        )
        with aws_answers(LIST, "the account"):
            for page in pages:
                for told in page["CertificateSummaryList"]:
                    found = _certificate(told)
                    if found is not None and found.ends_at <= instant:
                        yield found

    def installation_of(self, certificate: Certificate) -> str:
        """The value of its tag, empty if it has none; raises LookErrors."""
        with aws_answers(LIST_TAGS, certificate.arn):
            answer = self.client.list_tags_for_certificate(CertificateArn=certificate.arn)
        values = (tag.get("Value", "") for tag in answer["Tags"] if tag["Key"] == TAG)
        return next(values, "")


def _certificate(told: Mapping[str, Any]) -> Certificate | None:
    """None for one that was never issued, or that nothing uses."""
    ends_at = told.get("NotAfter")
    if ends_at is None or told.get("InUse") is False:
        return None
    return Certificate(
        arn=told["CertificateArn"],
        domain=told.get("DomainName", ""),
        ends_at=ends_at,
        is_imported=told.get("Type") == "IMPORTED",
    )
