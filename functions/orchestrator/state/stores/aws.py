"""The store of a team: one DynamoDB table and one versioned S3 bucket.

    pk                    sk                     attributes
    record#<partition>    <sort>                 format, revision, value (JSON text), write_token
    log#<log id>          slot#<12 digits>       format, written_at (ms), digest, length,
                                                 body (zlib) or body_key (in the bucket)
                                                 once dropped: format, dropped, expires_at (s)

    s3://<bucket>/<key>                                 objects
    s3://<bucket>/.hoist/journal/<log id>/<slot>-<sha256>  log bodies that do not fit into an item

The table: string keys `pk` and `sk`, time to live on `expires_at`. The bucket: versioning on, and
a lifecycle rule that removes old versions below `.hoist/journal/`.
Actions: dynamodb GetItem, PutItem, DeleteItem, Query, BatchWriteItem; s3 GetObject,
GetObjectVersion, PutObject, DeleteObject, ListBucket.
"""

from typing import TYPE_CHECKING

from hoist.clock import Clock
from orchestrator.state.storage import Storage
from orchestrator.state.stores.dynamodb_log import DynamoDBLog
from orchestrator.state.stores.dynamodb_records import DynamoDBRecords
from orchestrator.state.stores.log_bodies import LogBodies
from orchestrator.state.stores.s3_objects import S3Objects

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client


def aws_storage(
    *, dynamodb: "DynamoDBClient", s3: "S3Client", table: str, bucket: str, clock: Clock
) -> Storage:
    """The store in `table` and `bucket`, which must exist."""
    bodies = LogBodies(s3, bucket=bucket)
    return Storage(
        records=DynamoDBRecords(dynamodb, table=table),
        log=DynamoDBLog(dynamodb, table=table, bodies=bodies, clock=clock),
        objects=S3Objects(s3, bucket=bucket),
    )
