"""The command line: one small function for each verb; it parses, calls, prints and sets the exit code, nothing else.

`app` holds them, `door` turns every ending into one line and one code, `tell` prints, `options` holds the options that
several verbs have. What a verb needs is imported when it is called, so that ``patrolcast --help`` answers at once.
"""

from __future__ import annotations

from patrolcast.cli.door import main

__all__ = ["main"]
