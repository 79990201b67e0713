"""The bucket of checkpoints."""

from health.dependencies.buckets import BucketCheck
from health.dependencies.site import Site


def make(site: Site) -> BucketCheck:
    return BucketCheck(
        name="state_bucket",
        bucket=site.places.state_bucket,
        key_alias=site.places.state_key_alias,
        client=site.clients.looked_at("s3"),
        impact_of_absence="no stack can be read or changed, and its state is gone",
        setting="StateBucket in infra/bootstrap/template.yaml",
    )
