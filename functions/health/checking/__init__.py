"""Runs checks at the same time and within a budget: none that is slow or fails hides another.

check      what the runner needs of one; it knows nothing of what a check finds
outcome    how a check ended
runner     threads, deadlines, and what still hangs from the last time
breaker    the seam to what leaves alone what has failed several times in a row
circuits   Powertools' breaker, kept in this process
"""
