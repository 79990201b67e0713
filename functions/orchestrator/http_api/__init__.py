"""The HTTP API: /v1, JSON in and out, errors as problem+json.

    door        one event of API Gateway in, one answer out; who may come in, and the log's line
    resolvers   Powertools' resolvers, and the routes in them
      reading     what only looks: it is what a cold start mostly meets, and loads no pydantic
      changing    what changes something: bodies are checked by the models of `messages`
    documents   records as JSON documents
    problems    the one place where errors become statuses
    openapi     docs/openapi.json, from the routes and `messages`

No rule is in here: each route parses, calls one use case and shapes the answer.
"""
