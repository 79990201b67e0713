"""`hoist secrets`: the doctor and the engine, for a person at a laptop.

Each command parses, asks the site that the options name (sites.py), and shows what it is told.
"""
