"""Runs `runtime: python` programs: fresh process for each, ready in milliseconds.

    engine ──gRPC──► language_host   in the worker: forwards, never parses
                        │ zygotes: asks for a fork, talks to the program over a socket of its own
                     zygote          has imported the Pulumi SDK, runs no program itself
                        │ fork
                     program         one program, one run; talks to the engine, ends

Pulumi's own host starts an interpreter and imports the SDK for each run (0.5 s on a laptop). A fork
of the zygote has both already, and nothing of an earlier program. A program that brings another
version of something that the zygote has imported gets a zygote of its own, and pays that time.
"""
