"""PAI, PEI and RRI of a small city worked out by hand.

Ten cells, two windows. Areas in km2; A..J. The forecast is the same in both windows.

====  ====  ========  ========  ========  =======
cell  area  forecast  window 1  window 2  earlier
====  ====  ========  ========  ========  =======
A     1.0   5         3         1         4
B     1.0   4         0         2         3
C     0.5   3         1         0         2
D     1.0   2         2         0         1
E     1.0   1         0         1         0
F-J   5.5   0         1 (in F)  1 (in G)  0
====  ====  ========  ========  ========  =======

Area 10 km2; 7 + 5 = 12 incidents. 20 % of it is 2 km2 = A + B: caught 3 + 3 = 6. Hit rate 6/12, PAI .5/.2 = 2.5.
25 % is 2.5 km2 = A + B + C: caught 7. PAI (7/12)/.25. 30 % = A + B + C + half of D: caught 7 + 1 = 8, PAI (8/12)/.3.
Best 20 %: window 1 by density A 3, C 2 (1 in .5 km2), D 2 -> A + C + half of D = 3 + 1 + 1 = 5 (A + D is 5 too);
window 2: B 2, then one of A, E (1 each): 3. PEI = 6 / 8. (F and G: 1.1 km2 each, density 0.91.)
RRI at 20 %: flagged after 6, before (both windows) 14; all after 12, before 20: (6/14)/(12/20).
"""

import numpy as np
import pytest

from patrolcast.forecast import skill

AREA = np.array([1.0, 1.0, 0.5, 1.0, 1.0, 1.1, 1.1, 1.1, 1.1, 1.1])
FORECAST = np.tile(np.array([5.0, 4.0, 3.0, 2.0, 1.0, 0, 0, 0, 0, 0]), (2, 1))
OBSERVED = np.array([[3, 0, 1, 2, 0, 1, 0, 0, 0, 0], [1, 2, 0, 0, 1, 0, 1, 0, 0, 0]])
EARLIER = np.tile(np.array([4, 3, 2, 1, 0, 0, 0, 0, 0, 0]), (2, 1))
TIES = skill.tie_orders(2, 10, rng=np.random.default_rng(0))
FOUND = skill.caught(FORECAST, OBSERVED, AREA, ties=TIES, shares=[0.20, 0.25, 0.30])


def test_the_hits_are_those_counted_by_hand():
    assert FOUND.hits.sum(axis=1) == pytest.approx([6, 7, 8])


def test_pai_is_that_worked_by_hand():
    assert skill.pai(FOUND) == pytest.approx([2.5, (7 / 12) / 0.25, (8 / 12) / 0.30])


def test_pei_is_that_worked_by_hand():
    assert skill.pei(FOUND)[0] == pytest.approx(6 / 8)


def test_rri_is_that_worked_by_hand():
    order = skill.ranked(FORECAST, TIES)
    assert skill.rri(order, OBSERVED, EARLIER, AREA, share=0.20) == pytest.approx((6 / 14) / (12 / 20))
