"""The Pulumi Service's REST protocol, as an unmodified CLI speaks it, free of any transport.

http              request and answer, and which error becomes which status
access            who may call what
account_routes    who am I, what can this service do
stack_routes      stacks: init, list, show, export, tags, removal, history
update_routes     updates: create, start, journal, events, lease, completion
app               the table of routes: one request in, one answer out
"""
