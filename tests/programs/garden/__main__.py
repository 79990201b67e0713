"""Two beds of a garden. The second is made when what was sown in the first has come up.

Config:
    garden:patienceSeconds  how long that takes; default 20
"""

import time

import pulumi
from pulumi_aws import sqs

patience_seconds = pulumi.Config().get_float("patienceSeconds") or 20.0


def after_a_while(arn: str) -> str:
    """Wait as a program does that looks at something slow."""
    time.sleep(patience_seconds)
    return arn


seeds = sqs.Queue("seeds", tags={"garden": "seeds"})
sprouts = sqs.Queue("sprouts", tags={"grownFrom": seeds.arn.apply(after_a_while)})

pulumi.export("seedsUrl", seeds.url)
pulumi.export("sproutsUrl", sprouts.url)
