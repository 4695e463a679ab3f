"""The command line: the first of the doors. Arguments come in; lines on stdout and stderr and an exit code go out.

`verbs/` holds a file for each verb: its signature, its help, and one call into the folder of `runs/` with the same
name. Nothing here computes or writes a file. Read `app` (the list of verbs), then any verb, then `options` (options
that several verbs share), `console` (printing), `finished_run` (what is printed of a run) and `door` (how every ending
becomes one line and one exit code). What a verb needs is imported inside it, so that ``patrolcast --help`` answers at
once.
"""

from patrolcast.cli.door import main

__all__ = ["main"]
