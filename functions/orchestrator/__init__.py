"""Runs Pulumi operations for a team: state service, engine, and later the doors and the queue.

An operation goes through these hands:

    program (zip of a project directory)        engine/programs
      -> one run directory: home, config, files  engine/run_directory
      -> the program host serves the language    engine/host
      -> one `pulumi` child does the operation   engine/runner, engine/child
           <-> the loopback state service        state/loopback
                 stacks, updates, leases         state/stacks, state/updates
                 journal batches, made durable   state/storage  <- stores/{memory,directory,aws}
      -> the update completes: journal folded    state/fold
      -> the checkpoint is published as a plain S3 backend would hold it   state/publish

Imports point inward: doors know use cases, use cases know protocols, `wiring` alone names adapters.
"""
