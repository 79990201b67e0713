"""The tables of runs, of access and of the audit. The state's own comes with the bootstrap."""

import pulumi
from pulumi_aws import dynamodb

from components.site import Site

HASH_KEY, RANGE_KEY = "pk", "sk"


class Tables(pulumi.ComponentResource):
    """Encrypted tables that can be taken back to any second of the last 35 days."""

    def __init__(self, site: Site, *, key_arn: str) -> None:
        super().__init__("hoist:infra:Tables", "tables")
        # What a dropped log leaves behind expires; runs themselves stay.
        self.runs = _table(self, site, "runs", key_arn=key_arn, expires_by="expires_at")
        # Tokens and counters expire; the settings beside them do not.
        self.access = _table(self, site, "access", key_arn=key_arn, expires_by="expires_at")
        self.audit = _table(self, site, "audit", key_arn=key_arn)
        self.register_outputs(
            {"runs": self.runs.name, "access": self.access.name, "audit": self.audit.name}
        )


def _table(
    tables: Tables, site: Site, thing: str, *, key_arn: str, expires_by: str = ""
) -> dynamodb.Table:
    return dynamodb.Table(
        thing,
        name=site.name(thing),
        billing_mode="PAY_PER_REQUEST",
        attributes=[{"name": HASH_KEY, "type": "S"}, {"name": RANGE_KEY, "type": "S"}],
        hash_key=HASH_KEY,
        range_key=RANGE_KEY,
        server_side_encryption={"enabled": True, "kms_key_arn": key_arn},
        point_in_time_recovery={"enabled": True},
        ttl={"attribute_name": expires_by, "enabled": True} if expires_by else None,
        deletion_protection_enabled=site.protects_data,
        tags=site.tags,
        opts=site.kept_inside(tables),
    )
