"""[portal]: what lies outside the project, on somebody else's server.

No run reads it: `patrolcast fetch` makes a file of it, and the file is what a run reads and hashes. So no number hangs
on these keys, only where a file came from.
"""

from patrolcast.domain.settings.outside.portal import DatasetAddress, Portal, is_dataset, parse_dataset

__all__ = ["DatasetAddress", "Portal", "is_dataset", "parse_dataset"]
