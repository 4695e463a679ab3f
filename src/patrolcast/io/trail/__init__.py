"""The audit trail on disk: a file that is only ever appended to, and what proves that nothing else happened to it.

::

    runs/<city>/trail/trail.jsonl          one entry a line, each with the hash of the one before: the record of truth
    runs/<city>/trail/texts/<seq>.json     what may be personal, kept beside its entry so that it can be redacted
    runs/<city>/trail/checkpoints/*.note   signed: so many entries, with this Merkle root
    runs/<city>/trail/quarantine/          unfinished lines of writers that were killed
    runs/<city>/trail/index.sqlite         made from the file for searching, at any time

Read `entry` (what a line holds), `merkle` (the tree over the lines), `note` (a signed checkpoint), `scan` (reading the
file and checking each line), `writer` (appending), `checkpoints` (which there are, here and elsewhere), `verify` (what
a reader may conclude). `texts`, `index`, `keys` and `machine` help them. `tools/verify_trail.py` checks the same files
with other code.
"""

from patrolcast.io.trail.writer import Trail

__all__ = ["Trail"]
