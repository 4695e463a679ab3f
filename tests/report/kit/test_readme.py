"""`VERIFY.md` says what the kit is of, how to check it, and what is not in it."""

from __future__ import annotations

from patrolcast.report.kit.readme import readme

ABOUT = {
    "run_id": "R1",
    "left_out": {"tables/need.csv": "small counts"},
    "twin": {"records": 1234, "epsilon_of_a_record": 2.5,
             "nearness": {"equal": 0, "share": 0.0101, "limit": 0.0123}},
}  # fmt: skip


def test_it_names_the_run_its_state_the_keys_and_what_is_left_out() -> None:
    text = readme(
        ABOUT, title="Tiny city", state="**not for use**, a pause withdrew it", keys=["patrolcast/tiny+ab+cd"]
    )
    assert text.startswith("# Reviewer's kit: Tiny city\n\nRun `R1`: **not for use**, a pause withdrew it.\n")
    assert "    patrolcast/tiny+ab+cd\n" in text
    assert "- tables/need.csv: small counts\n" in text
    assert "It has 1,234 records." in text
    assert "1.01 % lie so near to a real one" in text
    assert "SECONDS" not in text


def test_without_a_key_it_says_that_nothing_is_signed() -> None:
    assert "the department has no trail key" in readme(ABOUT, title="T", state="s", keys=[])
