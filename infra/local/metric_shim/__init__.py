"""Metrics for the local AWS, which makes none of logs and few of its own.

    function logs ──► EMF lines, START..REPORT,
                      lines of requests        ──► occurrences ─┐
    queues        ──► messages and their ages  ──► occurrences ─┤─► those that no metric shows yet
                      what the metrics show already ────────────┘        └──► PutMetricData

Only what happened, and each of it once, without a memory of its own: what was put is what the
metrics show. No part of the product, which on AWS has all this from CloudWatch. A process beside
the local AWS, started and stopped with it: see lifecycle.
"""
