"""Intake: raw rows in, incidents, set-aside records and a reason for every other row out.

`io` opens the files and hands over batches of arrow columns; nothing here touches a disk. Read `raw_rows` (batches ->
compact columns), `times` and `moments` (written times -> instants), `coordinates`, `place_faults` and `codebook`
(one rule each), then `rules`, which applies them in the one order that keeps later knowledge out, and `row_status`,
which holds what became of each row. `quarantine` lists the refused rows, `quality_notes` says what a reader should know
about the kept ones. `persons` refuses exports about people by their header. `operations` does the same work for
dosage logs and delivered visits; `guess_columns` and `guess_values` serve `patrolcast init`.
"""
