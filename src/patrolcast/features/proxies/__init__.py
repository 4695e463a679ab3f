"""Does a feature stand in for a group? The measured proxy screen, pure.

A `PlaceTable` (feature values, residents by group and reports of each place) comes in; a verdict for each feature,
alone and together with the others, goes out. Read `blocks` (places, and the blocks of the city that are held out),
`columns` (a feature as the model's trees see it: values, gaps, steps), `parts` (of the city), `ties` (what a column and
a share have in common given need), `surrogates` (how much of that chance gives) and `family` (among all tests),
`association`, `distance` and `adversary` (looks at one column by themselves), `verdicts` (the rule), `joint` (what the
features that are left give away together), then `screen`, which has them in order. `census_copies` asks something else:
is a place layer a census under another name?
"""
