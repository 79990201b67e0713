"""A provider for tests: resources are files in a folder, and do as their inputs say.

The folder (the *world*, from the stack's config `probe:world`) is an oracle that outlives an
engine killed at any moment:

    <id>.json         one per existing resource; ids are new with every create
    operations.jsonl  what was done, in order
    <name>.started    an operation of this resource is under way, or was
"""
