"""Does a feature stand in for a group? The measured proxy screen, pure.

A `PlaceTable` (feature values, residents by group and reports of each place) comes in; a verdict for each feature,
alone and together with the others, goes out. Read `blocks` (places, and the blocks of the city that are held out),
`association` (what one feature has in common with a share), `surrogates` (how much of that chance gives), `adversary`
(what a learner predicts from it), `joint` (what the features that are left give away together), then `screen`, where
the limits decide.
"""
