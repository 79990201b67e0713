"""The HTTP API: /v1, JSON in and out, errors as problem+json.

    door        one event of API Gateway in, one answer out, and the log's line
    callers     who asks: found out before anything else
    resolvers   Powertools' resolvers, and the routes in them
      gate        the one check before every handler, of what its route `needs`
      recording   what the audit is told of a request, before and after it is carried out
      reading     what only looks: it is what a cold start mostly meets, and loads no pydantic
      changing    what changes something: bodies are checked by the models of `messages`
    documents   records as JSON documents
    answer_size how large an answer may be
    problems    the one place where errors become statuses
    openapi     docs/openapi.json, from the routes and `messages`

No rule is in here: each route parses, calls one use case and shapes the answer.
"""
