"""What words say about who made a record: proposals for `init`, refusals of a run, and what the audit lists.

Read `letters` (a text as it looks), `offence_words` (a text -> a provenance and a category, one list for all that ask),
`who_started` (what one call source says), `call_sources` (columns that say who started a call, found by header and by
value) and `worded_offences` (codes whose words say that officers initiate them). `known_codes` holds the codebooks that
come with the program.
"""
