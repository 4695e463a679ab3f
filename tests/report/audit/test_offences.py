"""Counted offences that officers initiate by their own words, in a table and a sentence."""

from __future__ import annotations

from patrolcast.domain.provenance import WordedOffence
from patrolcast.report.audit.offences import worded_rows, worded_total

DRUGS = WordedOffence("1811", "theft", "POSS: CANNABIS", "drugs: found by enforcement", 1200, 0.06, 0.02)
DUI = WordedOffence("DUI", "other", "DUI", "traffic, driving: found at stops", 300, 0.015)


def test_a_row_holds_code_words_reason_counts_and_shares() -> None:
    assert worded_rows((DRUGS,)) == [
        {
            "offence": "1811", "words": "POSS: CANNABIS", "why": "drugs: found by enforcement", "category": "theft",
            "incidents": "1,200", "share": "6.0 %", "expected": "2.0 %",
        }
    ]  # fmt: skip


def test_one_sentence_adds_them_up() -> None:
    assert worded_total((DRUGS, DUI)) == (
        "2 offence codes are counted although the words say that officers initiate such records: 1,500 incidents, "
        "7.5 % of those counted, and about 2.0 % of what the forecast expects."
    )
    assert worded_total((DUI,)) == (
        "1 offence code is counted although the words say that officers initiate such records: 300 incidents, 1.5 % of "
        "those counted."
    )
    assert worded_total(()) == ""
