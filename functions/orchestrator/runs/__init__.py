"""Runs: what a team asked for, in the order in which it asked, whoever works on it and dies.

A run goes through these hands:

    submit        one write of the stack's queue admits it, then doorbell.ring     queues, service
      -> queued
    claim_next    a worker takes the stack's oldest unfinished run, for one slice  claiming
      -> running  heartbeats extend its lease and tell it of a wish to cancel
    end_slice     succeeded | failed | cancelled, or needs_attention               slices
      -> interrupted: between slices, to be claimed again at once
    a lease that runs out is a crash: whoever claims next counts it; too many -> dead

Pure functions decide (`claiming`, `slices`, `wishes`), each answer is one conditional write
(`run_records`), and each transition stands in the run's own record. What a run does to a stack is
fenced elsewhere, by the journal of its update: a lease here only decides when to take over.
"""
