"""Rules: pure, from numbers to assessments. Each says which numbers it needs.

    rule          what a rule is; catalogue has them all
    lambda_*      of a function: errors, throttles, duration, concurrency, asynchronous events
    memory, cold_starts    of a function, from its REPORT lines
    queue_*, mapping_state, rest_api, account_concurrency
    burn_rates    how fast an error budget is used up

Missing numbers make an assessment unknown; only a complete answer can make it well.
"""
