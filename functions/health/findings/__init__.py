"""Findings: what is wrong, how that is known, and what to do about it.

finding       one finding, complete enough to act on
assessment    what one rule or check says of one thing, good or bad or unknown
look          what a check told, and what its silence means
book          findings over time: first seen, seen again, resolved
verdict       all assessments in one word
stores        where the book is kept between two looks
"""
