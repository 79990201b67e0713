"""Runs Pulumi operations for a team: the API's door, the worker's door, and what is behind them.

A wish goes through these hands:

    a program's zip, uploaded under its digest   uploads
      -> a run in its stack's queue              stack_life, runs
      -> a ring                                  doorbells
      -> a worker claims one slice of the run    work

and its operation through these:

    program (zip of a project directory)         engine/programs
      -> one run directory: home, config, files  engine/run_directory
      -> the program host serves the language    engine/host
      -> one `pulumi` child does the operation   engine/runner, engine/child
           <-> the loopback state service        state/loopback
                 stacks, updates, leases         state/stacks, state/updates
                 journal batches, made durable   state/storage  <- stores/{memory,directory,aws}
      -> the update completes: journal folded    state/fold
      -> the checkpoint is published as a plain S3 backend would hold it   state/publish
      => what happens meanwhile is told          reports, run_events

Imports point inward: doors (api, worker) know use cases, use cases know protocols, `wiring` alone
names adapters. `commands` is what a laptop has of it: it talks to the API.
"""
