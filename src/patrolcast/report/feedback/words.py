"""What the page of the closed-loop test says for each verdict: the finding, what it means, what to do next."""

FINDINGS = {
    "open": (
        "The loop is open: patrol that follows this forecast cannot reach it, as long as call sources are right.",
        "A simulated city was patrolled twice over the same chance, once where the forecast sent it and once where it "
        "did not. Both forecasts were the same to the last digit. Planted leaks were seen.",
    ),
    "feeds on itself": (
        "The forecast feeds on the patrol that it causes: it must not be used.",
        "A simulated city was patrolled twice over the same chance, once where the forecast sent it and once where it "
        "did not. The two forecasts differ although every call source was right, so something in this config reads "
        "what patrol makes.",
    ),
    "uneven without cause": (
        "The suggestions lean towards one group without cause: they must not be used.",
        "In cities where crime does not follow where a group lives, suggestions fell on one group beyond what the true "
        "rates would give it.",
    ),
    "harness broken": (
        "This test cannot be trusted: it missed a planted leak.",
        "A test that does not see a leak it was given has not shown that there is none. Nothing may be published.",
    ),
    "not enough measured": (
        "This test was too small to show whether patrol feeds back into the forecast.",
        "A check that the verdict needs was not measured. That is not a pass.",
    ),
}
OPEN_IN_THE_CITY = (
    "In this city, too, the loop is open: patrol that follows the forecast cannot reach it, as long as call sources "
    "are right.",
    "The city's own reports were taken for the truth, and it was patrolled twice over the same chance, once where the "
    "forecast sent it and once where it did not. Both forecasts were the same to the last digit. Planted leaks were "
    "seen.",
)
IN_THE_CITY = (
    "A test in the agency's own city is shown for information; a run requires the one in cities whose truth is known."
)
CITY_LIMITS = (
    "The truth is what was reported, smoothed: where people report less, this city has less crime than the real one. "
    "The seasons, and what changes from year to year, are left out.",
    "Cells may be coarser than in use, only the most numerous categories are played, the city is one district, and "
    "training is shorter than in use.",
    "Intervals are over chance in this one city: they say nothing about other cities.",
)
_AGAIN = (
    "Repeat this test after every change of shifts, features, policy, model or patrol: a run is refused until then."
)
NEXT = {
    "open": (
        "Audit call sources: draw 200 “citizen” calls from suggested cells each quarter and check whether an officer "
        "was there first. The leak that this test cannot rule out is a wrong label.",
        "Stopwatch it in use: patrolcast monitor, weekly. Only there can a change in how people report be seen.",
        "Read the reporting part of the audit: where people of one group report less, the forecast is biased without "
        "any drift, and this test passes all the same.",
        _AGAIN,
    ),
    "feeds on itself": (
        "Publish nothing: the gate loop_test refuses it.",
        "Look for the way in: features and place layers made from records that officers or patrol produce; take them "
        "out with [policy] excluded_features, one at a time, and repeat the test.",
        _AGAIN,
    ),
    "uneven without cause": (
        "Publish nothing: the gate loop_test refuses it.",
        "Repeat with more cities (--cities 24) to be sure; then look at the features admitted and at [patrol].",
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
    "It shows what the code does with records, not what an agency's records are: whether call sources are right, and "
    "whether patrol changes what people report, only audits and the monitor can show.",
    "It cannot see unequal reporting as drift. The two reporting scenarios are biased from the first night to the "
    "last, and closed and open agree in them.",
    "The cities are small, of one district, with two categories, two groups and no place layers; training is shorter "
    "than in use. A place layer made from officers' records is not seen here: the config's provenance must stop it.",
    "Patrol changes records here; it changes nobody's trust, nobody's address, and moves no crime to the next street.",
)
