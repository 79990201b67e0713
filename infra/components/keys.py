"""The signing key. The encryption key comes with the bootstrap: state needs it from the start."""

import pulumi
from pulumi_aws import kms

from components.policy_document import Statement, policy_document
from components.site import Site

# AWS waits at least a week before a key is gone for good, at most thirty days.
SHORTEST_WAIT_DAYS = 7
LONGEST_WAIT_DAYS = 30


class SigningKey(pulumi.ComponentResource):
    """Signs the heads of the audit trail; anybody can verify offline with its public half."""

    def __init__(self, site: Site) -> None:
        super().__init__("hoist:infra:SigningKey", "signing-key")
        self.key = kms.Key(
            "signing",
            description=f"Hoist {site.environment}: signs the audit trail",
            key_usage="SIGN_VERIFY",
            customer_master_key_spec="ECC_NIST_P256",
            deletion_window_in_days=(
                LONGEST_WAIT_DAYS if site.protects_data else SHORTEST_WAIT_DAYS
            ),
            policy=policy_document(_as_role_policies_say(site)),
            tags=site.tags,
            opts=site.kept_inside(self),
        )
        kms.Alias(
            "signing",
            name=f"alias/{site.name('signing')}",
            target_key_id=self.key.key_id,
            opts=site.inside(self),
        )
        self.register_outputs({"key": self.key.arn})


def _as_role_policies_say(site: Site) -> Statement:
    """Leaves the decision to the roles' policies. In a key's policy, `*` means this key."""
    return Statement(
        sid="RolesOfThisAccountAsTheirPoliciesSay",
        principal={"AWS": f"arn:{site.place.partition}:iam::{site.place.account}:root"},
        actions=("kms:*",),
        resources=("*",),
    )
