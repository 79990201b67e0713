"""The bucket of programs, plans and events."""

from health.dependencies.buckets import BucketCheck
from health.dependencies.site import Site


def make(site: Site) -> BucketCheck:
    return BucketCheck(
        name="artifacts_bucket",
        bucket=site.places.artifacts_bucket,
        key_alias=site.places.state_key_alias,
        client=site.clients.looked_at("s3"),
        impact_of_absence="no run can begin, and the programs and events of earlier ones are gone",
        setting="infra/components/artifacts.py",
    )
