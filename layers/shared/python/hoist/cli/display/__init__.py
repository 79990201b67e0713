"""Shows an operation while it runs and when it has ended.

`events` are the facts, `board` is what is known from them so far; `live` shows it on a terminal,
`plain` in a log, `ndjson` to a program. Where the events come from is nobody's concern here.
"""
