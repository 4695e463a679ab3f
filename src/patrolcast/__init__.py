"""patrolcast: advisory patrol guidance from citizen-reported crime, built against the bias in its own data.

The tree shows the process (`docs/architecture.md`): doors (`cli`) > `runs` > the pillars (`io`, `intake`, `grid`,
`features`, `forecast`, `patrol`, `audit`, `report`, `synthetic`) > `domain`. Pillars never import each other.
"""

__version__ = "0.4.0"
