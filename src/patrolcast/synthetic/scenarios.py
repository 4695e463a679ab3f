"""The worlds of the closed loop, each with what it is there to show.

Three parts: worlds in which nothing may be seen (citizens' records rightly labelled), worlds in which something must be
seen (a known leak; a harness that misses it is broken), and worlds whose bias no loop test can see as drift (people of
one group report less).
"""

from dataclasses import dataclass
from enum import StrEnum

from patrolcast.synthetic.loop import World


class Role(StrEnum):
    """What a scenario is there for."""

    SILENT = "silent"
    LEAK = "leak"
    REPORTING = "reporting"
    SHOWN = "shown"


@dataclass(frozen=True)
class Scenario:
    """One world with its name, its title, one plain sentence, and its role.

    Attributes
    ----------
    role : SILENT: closed and open must agree exactly. LEAK: they must part, or the harness is broken. REPORTING: they
        agree, and suggestions are biased all the same. SHOWN: reported, never part of the verdict.
    decides : True when the verdict needs it; the others are simulated on request (`--all`).
    """

    name: str
    title: str
    description: str
    world: World
    role: Role
    decides: bool = False


SCENARIOS = (
    Scenario("neutral", "Neutral city", "crime does not follow where a group lives; call sources are right", World(),
             Role.SILENT, True),
    Scenario("homogeneous", "Same rate everywhere", "the same rate in every cell", World(composition=None),
             Role.SILENT),
    Scenario("segregated", "Segregated city", "crime is higher where group b lives", World(composition=0.5),
             Role.SILENT),
    Scenario("low_compliance", "Few suggestions followed", "three suggestions in ten are patrolled",
             World(compliance=0.3), Role.SILENT),
    Scenario("high_compliance", "All suggestions followed", "every suggestion is patrolled", World(compliance=1.0),
             Role.SILENT),
    Scenario("over_patrolled", "Over-patrolled history", "for years patrol went to group b three times as often",
             World(over_patrol=3.0), Role.SILENT),
    Scenario("reporting_a_more", "Group a reports more", "of incidents on group a 60 % are reported, on group b 40 %",
             World(reporting_a=0.6, reporting_b=0.4), Role.REPORTING, True),
    Scenario("reporting_b_more", "Group b reports more", "of incidents on group a 40 % are reported, on group b 60 %",
             World(reporting_a=0.4, reporting_b=0.6), Role.REPORTING, True),
    Scenario("mislabelled_5", "5 % of labels wrong", "5 % of officers' records are labelled citizen",
             World(mislabelled=0.05), Role.LEAK, True),
    Scenario("mislabelled_25", "25 % of labels wrong", "25 % of officers' records are labelled citizen",
             World(mislabelled=0.25), Role.LEAK),
    Scenario("lift_20", "Patrol lifts reporting 20 %", "where patrol was, citizens report 20 % more", World(lift=0.20),
             Role.LEAK, True),
    Scenario("deterrence", "Patrol deters 7.4 %", "where patrol was, incidents fall by 7.4 %", World(deterrence=0.074),
             Role.LEAK, True),
    Scenario("everything_counted", "Arrests admitted", "arrests and all other discoveries are counted too",
             World(mislabelled=1.0), Role.LEAK, True),
    Scenario("discovered_only", "Arrests only", "only what patrol discovered is counted",
             World(mislabelled=1.0, citizen_reports=False), Role.SHOWN),
    Scenario("counted_corrected", "Arrests admitted, corrected",
             "everything counted, discoveries weighted by the inverse of their known chance",
             World(mislabelled=1.0, corrected=True), Role.SHOWN),
    Scenario("over_patrolled_counted", "Arrests and over-patrol",
             "everything counted, after years of patrol that went to group b three times as often",
             World(mislabelled=1.0, over_patrol=3.0), Role.SHOWN),
)  # fmt: skip
"""In the order of the page."""


def scenario(name: str) -> Scenario:
    """The scenario of that name; KeyError when there is none."""
    return {row.name: row for row in SCENARIOS}[name]
