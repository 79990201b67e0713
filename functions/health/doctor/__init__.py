"""`hoist doctor`: the checks of health, made from where a person is, with that person's own rights.

doctor_command   the command
places           which AWS is meant: an account, or the local one
visit            one look: the way in, what has to be there, then the checks
  entrance         region, credentials, clock
  groundwork       the bootstrap stack, and Hoist's own
  refusals         what AWS does not let the caller look at
prescriptions    findings about what is missing, each with the command that is next
"""
