"""The state service: an unmodified Pulumi CLI's backend, with a journal that is a write-ahead log.

An answer 200 to a journal batch means that the batch is durable. Leases decide when a dead update
is taken over; that its writer cannot write afterwards is decided by the log alone (`storage.Log`).

loopback, protocol        the doors: HTTP on this machine, and the calls of the CLI
service                   what the doors see: stacks, updates, conflicts
updates                   the life of an update, call by call
  update_starts, claims     who may open a stack, and until when
  open_updates              what this process remembers between two calls
  update_journal            the writing end of a journal, journal_contents the reading end
  update_endings, publish   a sealed journal becomes the stack's next checkpoint
edits, renaming           changes that are one call: an import, a rename
late_outcomes             what ended after its update was cancelled
stacks, conflicts         stacks themselves, and those that need a person
secrets_providers         which key a state's secrets need; service_keys encrypts for those without
journal, fold, integrity  what entries mean, and what the engine will accept
client_states             whole states as clients send them, schema_upgrades the old ones
storage, stores           what is asked of a store, and the stores
"""
