"""What the checks have in common: where things are, what AWS answers, and how a fault is told.

site            names and clients of one installation
answers         AWS's refusals as errors of ours
check           a check of something that Hoist depends on
requirement     how a setting has to be, and what to do when it is not
buckets, tables, keys, queues                     settings of things
deployed_function, images, rotating_secrets, certificates    things, as AWS tells of them
function_requirements, runtime_ends               how functions have to be, and for how long
records, waiting_runs, stored_stacks, stored_updates    what is in the tables, by its documented
                                                  layout
installation    what infra names the parts of an installation
"""
