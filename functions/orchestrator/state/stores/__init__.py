"""The stores behind storage.py: `memory` for tests, `directory` for a laptop, `aws` for a team.

They keep one contract (tests/contracts): the same keys are refused, the same sizes are allowed and
the same conflicts are raised, so that state can move from one to the other.
"""
