"""Makes what Lambda runs: trees as they lie there, packages named by their digest.

parts        sources of ours, third-party packages, single files
artifacts    which parts make which tree
build        stages the trees below a directory, packs them into zips, checks their size
publishing   puts packages into a bucket, gives the config that names them
smoke        imports each tree alone, as Lambda would
"""
