"""The commands of `hoist` that talk to a Hoist server, and its HTTP client in `server/`.

They run on a laptop or in a CI job, and belong to no function's artifact. Modules that end in
`_commands` are the doors; `hoist.cli.main` has the table of them.
"""
