"""What Secrets Manager does around a rotation function, for stores that have nobody to do it.

    schedules     when a secret is due: rate(), cron(), windows
      -> engine   an empty version labelled AWSPENDING, the four steps, tries, clean-up, test mode
           -> any function that takes the events of Secrets Manager
           -> any store that answers as Secrets Manager does
           -> a listener, which hears what CloudTrail and EventBridge would tell

`faults` lets a test fail, or kill, every call to a store.
"""
