"""The doorbell: a FIFO queue, one group per stack, whose messages only say "look at this stack"."""

import json

import pulumi
from pulumi_aws import sqs

from components.site import Site

DOORBELL, DEAD_DOORBELLS = "doorbell.fifo", "dead-doorbells.fifo"
# AWS demands at least the worker's own timeout, which is the longest that Lambda allows. A worker
# that lives shortens it to a minute by its heartbeat, so a crash is noticed sooner.
VISIBILITY_SECONDS = 900
# A message is received again only after a crash, since a worker that gives up rings afresh and
# succeeds. The third crash in a row is no coincidence: the ring becomes a dead letter, which is the
# evidence, and lets the stack's other rings through. The run itself is not lost with it: a sweep
# rings again, and the worker that comes counts the crashes in the run's record and ends it as dead.
RINGS_BEFORE_DEAD = 3
DAY_SECONDS = 86_400


class Doorbell(pulumi.ComponentResource):
    """The queue, and where its messages go when nobody could answer them.

    A message names a stack, no more, so the queue's own encryption is enough: a KMS key would cost
    a request per message.
    """

    def __init__(self, site: Site) -> None:
        super().__init__("hoist:infra:Doorbell", "doorbell")
        name = site.name(DOORBELL)
        self.dead_letters = sqs.Queue(
            "dead-doorbells",
            name=site.name(DEAD_DOORBELLS),
            fifo_queue=True,
            sqs_managed_sse_enabled=True,
            message_retention_seconds=14 * DAY_SECONDS,
            redrive_allow_policy=json.dumps(
                {
                    "redrivePermission": "byQueue",
                    "sourceQueueArns": [site.place.arn("sqs", name)],
                }
            ),
            tags=site.tags,
            opts=site.inside(self),
        )
        self.queue = sqs.Queue(
            "doorbell",
            name=name,
            fifo_queue=True,
            # Each ring is a message of its own: the sender gives it its deduplication id.
            content_based_deduplication=False,
            sqs_managed_sse_enabled=True,
            visibility_timeout_seconds=VISIBILITY_SECONDS,
            message_retention_seconds=4 * DAY_SECONDS,
            redrive_policy=pulumi.Output.json_dumps(
                {
                    "deadLetterTargetArn": self.dead_letters.arn,
                    "maxReceiveCount": RINGS_BEFORE_DEAD,
                }
            ),
            tags=site.tags,
            opts=site.inside(self),
        )
        self.register_outputs({"queue": self.queue.url, "dead_letters": self.dead_letters.url})
