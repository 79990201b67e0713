"""What a look has to say.

report      the facts
document    as application/health+json
text        for a person: the verdict, then findings worst first, each with its command
log_lines   as metrics and as events of the log
price       what health itself costs
"""
