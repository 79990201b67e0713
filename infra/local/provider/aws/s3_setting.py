"""What all settings of a bucket have in common.

The bucket's name is their id; each bucket has one of each.
"""

from abc import ABC, abstractmethod

from local.provider.aws.clients import Clients
from local.provider.aws.cloud_errors import if_there
from local.provider.aws.resource_type import Input
from local.provider.values import Properties

BUCKET_INPUT = Input("bucket", required=True, replaces=True)


class BucketSetting(ABC):
    """A setting of one bucket: creating it and changing it are the same call, `_put`."""

    def __init__(self, clients: Clients) -> None:
        self._s3 = clients.s3()
        self._region = clients.settings.region

    def create(self, inputs: Properties) -> str:
        bucket: str = inputs["bucket"]
        self._put(bucket, inputs)
        return bucket

    def apply(self, resource_id: str, inputs: Properties, changed: frozenset[str]) -> None:
        self._put(resource_id, inputs)

    def read(self, resource_id: str) -> Properties | None:
        setting = if_there(lambda: self._get(resource_id))
        if setting is None:
            return None
        return {"bucket": resource_id, "region": self._region, **setting}

    def delete(self, resource_id: str, inputs: Properties) -> None:
        if_there(lambda: self._remove(resource_id))

    @abstractmethod
    def _put(self, bucket: str, inputs: Properties) -> None:
        """Set it, whatever it was."""

    @abstractmethod
    def _get(self, bucket: str) -> Properties:
        """What it is set to; an error of botocore if it is not set."""

    @abstractmethod
    def _remove(self, bucket: str) -> None:
        """Back to how a new bucket is."""
