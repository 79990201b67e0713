"""The installation as the backend of an unmodified Pulumi CLI: `/api/*` of the REST API.

    door       one event in, one answer out
    requests   the event as a request of the protocol, and the address that its client knows
    rules      what each route needs of its caller, and what the audit is told of it
    callers    whoever bears a token, or the lease of an update
    deeds      a call as the audit sees it
    answers    an answer of the protocol as one of a REST API

The protocol is `orchestrator.state.protocol`; what it asks about access is answered here by Hoist's
tokens and roles.
"""
