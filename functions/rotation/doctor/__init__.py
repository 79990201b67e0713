"""Finds out how a secret's rotation stands, and what would mend it.

    record       labels, versions, rules: no value is read
    log          what was told of its rotations: a file, or CloudTrail
    probes       which versions the target lets in
      -> examination   all of it, gathered
      -> diagnosis     what is wrong, and the actions that mend it (pure)
      -> treatment     does the actions, each of which is one command of the AWS CLI

For a person at a laptop: nothing of it is in the rotation function.
"""
