"""The local front: stands for the REST API of API Gateway, on 127.0.0.1 alone.

    connection  reads one request (head, then framing) and lets in whom `gate` lets in
      -> gateway  event of payload format 1.0 (`event`, `request_context`)
        -> routing  the function that answers at this resource: api or health
          -> invoker  it on the emulator, or a handler in this process
      <- gateway  the proxy answer as HTTP (`proxy_answer`), or the refusal that API Gateway gives
    connection  writes it, compressed where that helps

POST /v1/tokens must be signed: `iam` has the signature verified (`authorization`, `signatures`)
with the owner's own key pair (`local_credentials`), and the function is told who it was. Of every
other request nobody is known: what it may is for its token to say.

`lifecycle`, `status` and `running` are about the process that serves it beside the emulator.
"""
