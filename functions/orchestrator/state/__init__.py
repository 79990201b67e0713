"""The state service: an unmodified Pulumi CLI's backend, with a journal that is a write-ahead log.

An answer 200 to a journal batch means that the batch is durable. Leases decide when a dead update
is taken over; that its writer cannot write afterwards is decided by the log alone (`storage.Log`).
"""
