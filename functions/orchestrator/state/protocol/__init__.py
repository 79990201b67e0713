"""The Pulumi Service's REST protocol, as an unmodified CLI speaks it, free of any transport.

http              request and answer, and which error becomes which status
access            who may call what
account_routes    who am I, what can this service do
listing_routes    which stacks and projects there are
stack_routes      stacks: init, show, export, tags, removal
edit_routes       a state is imported, a stack is renamed
secret_routes     encryption for the secrets provider `service`
history_routes    what was done, and how an update stands
update_routes     updates: create, start, journal, events, lease, completion
app               the table of routes: one request in, one answer out
"""
