"""`init`: a first look at an export that nobody has described.

A path comes in; a drafted config and codebook go out, with what could not be decided marked. Read `draft` (one function
does all that the verb does), `findings` (what was recognised), `codebook`, `config_text`.
"""
