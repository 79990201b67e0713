"""The key that wraps each stack's data key, and encrypts buckets and tables."""

from health.dependencies.keys import KeyCheck
from health.dependencies.site import Site


def make(site: Site) -> KeyCheck:
    return KeyCheck(
        name="state_key",
        alias=site.places.state_key_alias,
        client=site.clients.looked_at("kms"),
        setting="StateKey in infra/bootstrap/template.yaml",
    )
