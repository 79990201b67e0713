"""Pulumi provider plugins in Python: the engine runs one as a process and talks gRPC to it.

plugin_files.py   lays a plugin into a Pulumi home, where the engine finds it
startup.py        the process begins here: imports as little as can be
server.py         a port, the engine's signals, the end
servicer.py       the wire on one side, a Provider on the other
provider.py       the Provider protocol: check, diff, create, read, update, delete, invoke
values.py         properties as plain Python, with markers for unknown and secret
difference.py     what changed between two sets of inputs
naming.py         names for resources that were not given one
aws/              the `aws` provider of the emulator
"""
