"""What was done to an installation, by whom: entries that are added and never changed.

    act           who does what to what, and why                        acts
      -> entry    the act, its result, and the hash of the entry before entries
      -> chain    one per stack; slot n+1 is written if it is free      chains, trail
      -> head     the last entry's number and hash, signed              heads
      -> anchor   the head where nobody can change or delete it         anchors, anchoring

and for who wants to know:

    pages         of entries and of anchored heads                      pages, reading
      -> export   one file that proves itself, without any server       export, export_file
      -> verdict  whether anything was changed, and which entry         verification, findings
      => shown    as lines and rows                                     telling

A changing request has two entries: `begun` before its effect, and how it ended after it. One that
was begun and has no end is shown as that: nobody guesses what became of it.
"""
