"""A synthetic twin of a city's records: the same marginals to within noise, and no record of anybody.

Read `marginals` (counts of the real records, one dimension at a time, with Laplace noise), `draw` (records drawn from
them and from nothing else), `nearest` (do they lie nearer to real records than chance?). A reviewer gets the twin in
place of the records, so that forecast and audit can be tried; what it cannot show is said in docs/kit.md.
"""
