"""Stacks that move between a store of Hoist and the backend of a bare CLI.

addresses                 file://... and s3://...
backend_files             what is asked of such a backend
backend                   the stacks in it
importing, exporting      one stack, in and out
moved                     what came of it
"""
