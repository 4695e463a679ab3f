"""What the page of the closed-loop test says for each verdict: the finding, what it means, what to do next."""

FINDINGS = {
    "open": (
        "In this test, patrol that followed the forecast did not change it. That holds as long as records say rightly "
        "who called.",
        "Simulated cities were patrolled twice with the same chance events: once where the forecast sent patrol and "
        "once "
        "elsewhere. Both forecasts came out the same to the last digit (the loop is open). Planted leaks were seen.",
    ),
    "feeds on itself": (
        "The forecast feeds on the patrol that it causes. It must not be used.",
        "Simulated cities were patrolled twice with the same chance events: once where the forecast sent patrol and "
        "once "
        "elsewhere. The two forecasts differ although every call source was right, so something in this config reads "
        "what patrol makes.",
    ),
    "uneven without cause": (
        "Patrol leans towards one group without cause. These suggestions must not be used.",
        "In simulated cities where crime does not follow where a group lives, more patrol was suggested for one group "
        "than the true rates would give it.",
    ),
    "harness broken": (
        "This test cannot be trusted: it missed a planted leak.",
        "It did not see a leak that was put there on purpose, so it has not shown that there is none. Nothing may be "
        "published.",
    ),
    "not enough measured": (
        "This test was too small to tell whether patrol feeds back into the forecast.",
        "A check that the verdict needs was not measured. That is not a pass.",
    ),
}
OPEN_IN_THE_CITY = (
    "In this city, too, patrol that followed the forecast did not change it. That holds as long as records say rightly "
    "who called.",
    "The city's own reports were taken for the truth. It was patrolled twice with the same chance events: once where "
    "the "
    "forecast sent patrol and once elsewhere. Both forecasts came out the same to the last digit (the loop is open). "
    "Planted leaks were seen.",
)
IN_THE_CITY = (
    "A test in the agency's own city is shown for information. A run needs the test in cities whose truth is known."
)
CITY_LIMITS = (
    "What was reported, smoothed, is taken for the truth: where people report less, this city has less crime than the "
    "real one. Seasons and changes from year to year are left out.",
    "Cells may be coarser than in use, only the most frequent categories are simulated, the city is one district, and "
    "training is shorter than in use.",
    "Intervals cover chance in this one city: they say nothing about other cities.",
)
_AGAIN = (
    "Repeat this test after every change of shifts, features, policy, model or patrol. Until then no run is published."
)
NEXT = {
    "open": (
        "Check call sources: each quarter draw 200 “citizen” calls from suggested places and see whether an officer "
        "was "
        "there first. A wrong label is the leak that this test cannot rule out.",
        "Watch it in use: run patrolcast monitor every week. Only there can a change in how people report be seen.",
        "Read the part of the audit on reporting. Where one group reports less, the forecast is biased from the start, "
        "and this test passes all the same.",
        _AGAIN,
    ),
    "feeds on itself": (
        "Publish nothing: the gate loop_test refuses it.",
        "Look for the way in: features and place layers made from records that officers or patrol produce. Take them "
        "out with [policy] excluded_features, one at a time, and repeat the test.",
        _AGAIN,
    ),
    "uneven without cause": (
        "Publish nothing: the gate loop_test refuses it.",
        "Repeat with more cities (--cities 24) to be sure. Then look at the features in use and at [patrol].",
        _AGAIN,
    ),
    "harness broken": (
        "Repeat with more cities and nights (--cities 24 --nights 168): a small leak may be missed by chance.",
        "If a leak is missed again, the test has a defect: send feedback.json to the maintainers.",
        _AGAIN,
    ),
    "not enough measured": ("Repeat with at least 12 cities and 56 nights; the defaults of [loop] are enough.", _AGAIN),
}
LIMITS = (
    "It shows what the code does with records, not how good an agency's records are. Only audits and the monitor can "
    "show whether call sources are right and whether patrol changes what people report.",
    "It cannot see unequal reporting as drift. The two scenarios of unequal reporting are biased from the first night "
    "to "
    "the last, and both runs agree in them.",
    "The cities are small, of one district, with two categories, two groups and no place layers; training is shorter "
    "than in use. A place layer made from officers' records is not seen here: its provenance in the config must stop "
    "it.",
    "In this test patrol changes records only. It does not change anybody's trust or address, and it moves no crime to "
    "the next street.",
)


def loop_finding(verdict: str, *, in_the_city: bool) -> tuple[str, str]:
    """The finding for a verdict and what it rests on; ``in_the_city``: of a test in the agency's own city."""
    return OPEN_IN_THE_CITY if in_the_city and verdict == "open" else FINDINGS[verdict]
