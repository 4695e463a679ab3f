"""Every source of chance in the program, in one table: name -> number.

A stream is ``numpy.random.default_rng([seed, number, *parts])``. Two draws that share a stream are not independent, so
each name has a number of its own. numpy pads the list with zeros: ``[seed, 5]`` and ``[seed, 5, 0]`` are one stream,
so a number is used with parts or without, never both. Whoever needs chance adds a name here; nothing else in the
package may call ``default_rng`` (a test sees to it).

Numbers stay as they are: they decide which rows a model is trained on, which ties fall how, which cells are explored.
"""

from enum import IntEnum, unique

import numpy as np


@unique
class Stream(IntEnum):
    """Names of the streams of a run, a back-test, a comparison, a simulation; ``parts`` are what follows the number."""

    CENSUS_COUNTS = 0
    """Residents of each group as the census may have missed them."""
    LEAD_DAYS = 1
    """How many days before each training shift its forecast is made."""
    TRAINING_ROWS = 2
    """Which cells without incidents the trees are trained on; part: category."""
    SKILL_TIES = 3
    """Order of cells of equal rate when methods are compared."""
    INTERVALS = 4
    """Draws from which prediction intervals are fitted; part: category."""
    EXPLORATION = 6
    """Which cells at the end of the budget are visited; parts: shift start in seconds, district."""
    RANK_TIES = 7
    """Order of cells of equal need in a shift's ranking."""
    PEER_TIES = 11
    """Order of ties while the settings of a back-test's peers are chosen; part: category."""
    SPATIAL_FOLDS = 16
    """Which blocks of the city share a fold of the screen's adversary."""
    SCREEN_ALONE = 20
    """Surrogates of the proxy screen, feature by feature; part: group."""
    BACKTEST_SCORES = 21
    """Ties and draws of a back-test's scores; parts: category, horizon."""
    SCREEN_TOGETHER = 22
    """Surrogates of the proxy screen of all features together; part: group."""
    DISTRICT_SCORES = 23
    """Ties and draws of a back-test's scores by district; part: district."""
    CENSUS_REST = 24
    """Residents who are of neither group compared; part: group."""
    RESIDENTS_WITHIN_AREAS = 25
    """Where within a census area its residents live."""
    LOOP_CITY = 101
    """The simulated city of the feedback loop."""
    LOOP_INCIDENTS = 202
    """What happens and is recorded in a simulated night; part: night."""
    LOOP_ELSEWHERE = 303
    """Where a simulated patrol goes that follows no forecast; part: night."""
    LOOP_COMPLIANCE = 404
    """Which suggestions a simulated patrol follows; part: night."""
    PLANTED_LOG = 606
    """Incidents and visits of a made-up log whose truth is known."""
    PLANTED_LOG_BAND = 607
    """Which cells of its boundary band are suggested."""
    LABEL_PERMUTATIONS = 808
    """Permutations of the feedback monitor's label audit."""
    OFFICER_RECORDS = 909
    """Officer-initiated records added to test that nothing moves."""
    SHUFFLED_GROUPS = 910
    """Residents' groups shuffled to test that nothing moves."""
    SHUFFLED_LOG = 911
    """Visits handed to other cells to test that nothing moves."""


@unique
class SampleStream(IntEnum):
    """Parts of the sample city. Its seed is its own (`synthetic.sample.SEED`), never a run's.

    Numbers from 0: the files of `data/sample` were drawn with them.
    """

    GEOGRAPHY = 0
    TRANSIT_STOPS = 1
    BARS = 2
    TRUTH = 3
    PLACES = 4
    INCIDENTS = 5
    RECORDS = 6
    DIRT = 7
    OPERATIONS = 8


@unique
class TwinStream(IntEnum):
    """Parts of a synthetic twin. Its seed is a secret of the records (`runs.kit.twin`), never a run's."""

    NOISE = 0
    """Noise on the marginals; parts: which marginal, category."""
    RECORDS = 1
    """Which records are drawn; part: 0 for the twin, 1 for the second draw that chance is measured by."""
    PLACES = 2
    """Where in its cell each record lies; part as for the records."""


def random_stream(seed: int, stream: Stream | SampleStream | TwinStream, *parts: int) -> np.random.Generator:
    """The generator of one stream; the same arguments give the same numbers.

    Parameters
    ----------
    seed : of the run, >= 0.
    parts : whole numbers >= 0 that tell apart draws of one name (a category, a night), always as many for one name.
    """
    return np.random.default_rng([seed, int(stream), *parts])
