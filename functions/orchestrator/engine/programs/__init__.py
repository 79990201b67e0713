"""What a program is: a content-addressed zip of a Pulumi project directory.

A client reads the project (`project`), vendors what its requirements pin (`vendor`) and packs both
(`archive`); a worker unpacks by digest (`unpack`). The digest is over the files, not over the zip
(`manifest` says why). Only the client's half needs more than the standard library and PyYAML.
"""
