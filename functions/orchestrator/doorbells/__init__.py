"""Doorbells that ring across processes: the queue, and what its messages say."""
