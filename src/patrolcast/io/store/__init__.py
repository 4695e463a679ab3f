"""Everything that is written and read again.

Bytes and tables come in; run folders, evidence and checkpoints on disk go out, written aside and renamed whole. Read
`run_store` (the folder of a run, `current`, status), `city_folders` (many cities' runs side by side), `stored_run`
(reading one back), `evidence` (screens, loop tests, looks), `checkpoint` (parts of long work), `booster` (a stored
model, read in a child process).
"""
