"""Counted offences whose own words say that officers initiate them, as the audit lists them."""

from patrolcast.domain.provenance import WordedOffence
from patrolcast.report import words


def worded_rows(offences: tuple[WordedOffence, ...]) -> list[dict[str, str]]:
    """A row for each, in their order: the most frequent first."""
    return [
        {
            "offence": one.offence,
            "words": one.words,
            "why": one.why,
            "category": words.plain(one.category),
            "incidents": f"{one.incidents:,}",
            "share": words.share(one.share),
            "expected": words.MISSING if one.expected_share is None else words.share(one.expected_share),
        }
        for one in offences
    ]


def worded_total(offences: tuple[WordedOffence, ...]) -> str:
    """All of them in one sentence; "" where there is none."""
    if not offences:
        return ""
    n = sum(one.incidents for one in offences)
    expected = [one.expected_share for one in offences if one.expected_share is not None]
    of_forecast = f", and about {words.share(sum(expected))} of what the forecast expects" if expected else ""
    are = "is" if len(offences) == 1 else "are"
    return (
        f"{words.sentence(words.count(len(offences), 'offence code'))} {are} counted although the words say that "
        f"officers initiate such records: {words.count(n, 'incident')}, "
        f"{words.share(sum(one.share for one in offences))} of those counted{of_forecast}."
    )
