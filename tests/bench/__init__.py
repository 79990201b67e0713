"""Measures Hoist against what people use today, side by side in one run.

Absolute times differ between machines and hours; ratios of interleaved pairs do not. Tests never
time anything: this is run by `make bench`, which prints a table and writes build/bench.json.
"""
