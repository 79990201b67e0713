"""Says how an installation is, and what to do about what is wrong.

    handler -> door       the schedule's event, or a request of the REST API
      -> examination      one look: what is asked, and what comes of it together
        -> checks           settings and records of what Hoist depends on
        -> metrics_look     CloudWatch (metrics), judged by pure rules (rules)
        -> findings         assessments, findings over time, the verdict
        -> call_tally       the calls of a look, for its price
      -> report           the document, the text for a person, the log's metrics, the price

What is not known is never taken for well: a rule without data says `unknown`, and so does the
verdict.
"""
