"""Gets the Pulumi engine: a `pulumi` of exactly the version that infra/engine/go.mod pins.

    on PATH ──► in the cache ──► official release ──► built with Go ──► an error naming all four
    (probe)     (cache)          (release, download)  (go_build)        (obtain tells the story)

The first two take a moment. The last two take minutes, end in the cache, and are done by one
process at a time.
"""

from local.engine_binary.obtain import obtain_engine

__all__ = ["obtain_engine"]
