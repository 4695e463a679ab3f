"""Counted offences whose own words say that officers initiate them, as the audit lists them."""

from patrolcast.domain.provenance import WordedOffence
from patrolcast.report import words


def worded_rows(offences: tuple[WordedOffence, ...]) -> list[dict[str, str]]:
    """A row for each, in their order: the most frequent first."""
    return [
        {
            "offence": offence.offence,
            "words": offence.words,
            "why": offence.why,
            "category": words.plain(offence.category),
            "incidents": f"{offence.incidents:,}",
            "share": words.share(offence.share),
            "expected": words.MISSING if offence.expected_share is None else words.share(offence.expected_share),
        }
        for offence in offences
    ]


def worded_total(offences: tuple[WordedOffence, ...]) -> str:
    """All of them in one sentence; "" where there is none."""
    if not offences:
        return ""
    n = sum(offence.incidents for offence in offences)
    expected = [offence.expected_share for offence in offences if offence.expected_share is not None]
    of_forecast = f", and about {words.share(sum(expected))} of what the forecast expects" if expected else ""
    are = "is" if len(offences) == 1 else "are"
    return (
        f"{words.sentence(words.count(len(offences), 'offence code'))} {are} counted although the words say that "
        f"officers initiate such records: {words.count(n, 'incident')}, "
        f"{words.share(sum(offence.share for offence in offences))} of those counted{of_forecast}."
    )
