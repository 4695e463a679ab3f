"""Cities whose truth is known: the sample city, small planted cities, and the worlds of the closed loop.

A forecast of a real city can only be compared with what was recorded; here the rate behind every record is known, and
so are the reporting by group and the discovery by patrol that stand between an incident and its record. Everything is
drawn from a seed with `numpy.random.Generator`; nothing reads a clock or a file.
"""

from patrolcast.synthetic.sample import SEED, SampleCity, make_sample
from patrolcast.synthetic.truth import Truth, reporting_chance, true_rate

__all__ = ["SEED", "SampleCity", "Truth", "make_sample", "reporting_chance", "true_rate"]
