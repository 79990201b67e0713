"""Keys that the issuer of some API hands out, makes good, and revokes.

document     whose keys, which one is good now, and for how long an old one stays
issuer       what a strategy needs of an issuer: the seam for adapters
leftovers    which keys have to go before another is issued (pure)
proofs       that a key is good, and that another is dead
api_key      the strategy
access       where an issuer is and what opens it: the administrator's secret
connection   one request over verified TLS, in bounded time
time_limit   sockets that a slow sender cannot hold
retry_after  how long an issuer asks its callers to wait
rest_issuer  the issuer behind a small REST interface
failures     what goes wrong on the way becomes ours
"""
