"""A small web shop's back room: pictures in a bucket, orders in a queue, what was sold in a table.

Config:
    shop:apiToken           secret; the token by which the payment service knows the shop
    shop:retentionDays      how long an order may wait in the queue; default 4
    shop:visibilitySeconds  how long one worker has for one order; default 30
"""

import pulumi
from pulumi_aws import dynamodb, s3, sqs

# After so many failed attempts, an order is put aside for a person to look at.
ATTEMPTS_PER_ORDER = 3

config = pulumi.Config()
retention_days = config.get_int("retentionDays") or 4
visibility_seconds = config.get_int("visibilitySeconds") or 30
api_token = config.require_secret("apiToken")

pictures = s3.Bucket("pictures", force_destroy=True, tags={"shop": "pictures"})
s3.BucketPublicAccessBlock(
    "pictures",
    bucket=pictures.id,
    block_public_acls=True,
    block_public_policy=True,
    ignore_public_acls=True,
    restrict_public_buckets=True,
)

failed_orders = sqs.Queue("failed-orders", message_retention_seconds=14 * 86_400)
orders = sqs.Queue(
    "orders",
    visibility_timeout_seconds=visibility_seconds,
    message_retention_seconds=retention_days * 86_400,
    redrive_policy=pulumi.Output.json_dumps(
        {"deadLetterTargetArn": failed_orders.arn, "maxReceiveCount": ATTEMPTS_PER_ORDER}
    ),
    tags={"shop": "orders"},
)

sales = dynamodb.Table(
    "sales",
    billing_mode="PAY_PER_REQUEST",
    attributes=[{"name": "order", "type": "S"}],
    hash_key="order",
    tags={"shop": "sales"},
)

pulumi.export("picturesBucket", pictures.bucket)
pulumi.export("ordersUrl", orders.url)
pulumi.export("salesTable", sales.name)

# What is made from a secret is secret too: in the state it is encrypted, on the screen it is
# [secret], and only `--show-secrets` tells it.
pulumi.export(
    "paymentCallback",
    pulumi.Output.concat("https://payments.example.com/callback?token=", api_token),
)
