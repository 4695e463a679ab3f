"""Corrections: what an export says about its own rows, so that each incident counts once, a cancelled one never.

Read `record_numbers` (a number, or a word that stands where one was to come), `versions` (rows of one number: copies,
older versions, several offences, other incidents), `newest` (which of them that is), `reversals` (rows that count -1),
`statuses` (which of them cancel), `declared` (what the config says about all of it) and `check_numbers` (does a number
mean that?), then `collect` and `resolve`, which apply them.
"""
