"""Hazards of place-based patrol advice, each with the checks of a run that control it. A department rates them all.

The list follows what went wrong elsewhere: Lum & Isaac 2016 (doi 10.1111/j.1740-9713.2016.00960.x), Ensign et al.
2018 (feedback), Akpinar et al. 2021 (doi 10.1145/3442188.3445877; uneven reporting), LAPD OIG 2019 (no record).
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Hazard:
    """What may go wrong, and the gates of a run that stand against it."""

    key: str
    what: str
    gates: tuple[str, ...]


HAZARDS = (
    Hazard(
        "feedback_loop", "Patrol makes records, and the records send patrol back.", ("loop_test", "feedback_monitor")
    ),
    Hazard(
        "uneven_reporting",
        "Groups that report less are seen less, and groups that report more are patrolled more.",
        ("group_audit", "group_audit_districts"),
    ),
    Hazard("stand_in_features", "A feature stands in for membership of a group.", ("proxy_screen", "policy_admission")),
    Hazard("same_places", "The same few places are visited night after night.", ("patrol_concentration",)),
    Hazard("wrong_forecast", "The forecast is wrong, or no better than counting.", ("calibration", "beats_counting")),
    Hazard("old_data", "The forecast rests on old or damaged data.", ("report_age", "refused_share")),
    Hazard(
        "over_reliance",
        "A suggestion is taken as a reason to stop or search somebody.",
        ("notice_carried", "one_suggestion_per_cell"),
    ),
    Hazard("quiet_change", "Limits are moved until a run passes.", ("limits_kept",)),
)
"""In the order in which the register lists them."""
