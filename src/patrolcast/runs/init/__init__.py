"""`init`: a first look at an export that nobody has described.

A path comes in; a drafted config and codebook go out, with what could not be decided marked. Read `draft` (one function
does all that the verb does), `config_text` (what was recognised, and how it is written down), `offence_column` (which
codes, with which words), `codebook` (what becomes of a code: `known_codes`, `offence_words`, `patterns`).
"""
