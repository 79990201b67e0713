"""`hoist health`: asks a server over HTTP, and shows what it says.

health_command   the command
answers          the server's document, as the report that it was made from
watching         one look after the other, until somebody leaves
screens          what is shown of each look: on a terminal, off it, as JSON
"""
