"""Passwords of PostgreSQL users, over verified TLS alone.

document     whose password, on which server, by which rules
sessions     what a strategy needs of a server
encryption   a socket that the server has proved to be its own
driver       sessions over that socket
failures     errors of the driver become ours
logins       who is let in, and who is not
passwords    a new password, of which the server sees only what it stores
rights       what one user may, another may too
single_user, alternating_users     the two strategies
"""
