"""The state service as somebody's own backend on a laptop, and the ways in and out of it.

server, app, clients      HTTP on a fixed port; an update is held by the CLI that started it
access, access_token      one token, which is good for all stacks of the store
layout                    where that is kept, and the master key
moves                     stacks from a bare CLI's backend, and into one
stores                    such backends, and keys in a file
"""
