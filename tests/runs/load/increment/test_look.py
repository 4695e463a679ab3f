"""A past night knows what the columns that are not mapped said then, without a value of theirs that says nothing."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from tests.intake.builders import AS_OF, CODEBOOK, HEADER, good, row, settings
from tests.runs.load.increment.exports import assert_same_city, in_full, night_of, through_store, write

from patrolcast.domain.errors import DataRefusedError
from patrolcast.intake.words import worded_offences
from patrolcast.io.increment.stretch import head_of
from patrolcast.runs.load.increment.city import load_city_as_recorded
from patrolcast.runs.load.increment.look import MOST_DESCRIPTIONS, look_as_stored
from patrolcast.runs.load.unread.look import FirstLook

DRUGS, BURGLARY = "NARCOTICS: POSSESS COCAINE", "DRUG STORE BURGLARY NIGHT"


def test_only_the_words_that_name_an_officers_offence_are_kept() -> None:
    described = {
        "X1": Counter({BURGLARY: 9, DRUGS: 3, "NARCOTICS: SELL HEROIN": 2}),
        "X2": Counter({BURGLARY: 4, "a neighbour of N. N.": 2}),
        "X3": Counter({f"THEFT {i}": 100 - i for i in range(40)} | {DRUGS: 1}),
    }
    assert look_as_stored(FirstLook(descriptions=described), (), {}) == {
        "words": {"X1": DRUGS},
        "asks": False,
        "unread": [],
    }
    assert look_as_stored(FirstLook({"export.csv": ["caller"]}), (), {})["asks"]
    assert MOST_DESCRIPTIONS == worded_offences._MOST_DESCRIPTIONS


def test_a_past_night_says_of_its_offences_what_it_said_then(tmp_path: Path) -> None:
    (tmp_path / "codebook.csv").write_text(CODEBOOK + "X1,,theft,citizen,made up\n")
    nights = []
    for i, words in enumerate((DRUGS, BURGLARY, DRUGS)):
        rows = [f"{line},SELLING" for line in good(40)] + [f"{row('9', code='X1', lon=f'-87.67{i}')},{words}"]
        write(tmp_path, rows, header=f"{HEADER},description")
        nights.append(in_full(tmp_path, i))
        assert_same_city(through_store(tmp_path, i), nights[-1])
    assert [bool(city.officer_worded) for city in nights] == [True, False, True]
    for i in (1, 0, 2, 1):
        past = load_city_as_recorded(
            settings(tmp_path), as_of=AS_OF, recorded_by=night_of(i), folder=tmp_path / "store"
        )
        assert_same_city(past, nights[i])
    kept = [path for path in (tmp_path / "store").rglob("*") if path.is_file() and b"SELLING" in path.read_bytes()]
    assert kept == []
    (tmp_path / "store" / "looks" / "000002.json").write_text("{}")
    with pytest.raises(DataRefusedError, match="what its other columns showed that night was not kept"):
        load_city_as_recorded(settings(tmp_path), as_of=AS_OF, recorded_by=night_of(1), folder=tmp_path / "store")


def test_what_columns_that_are_not_read_say_of_the_counts_is_said_every_night(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("patrolcast.runs.load.increment.look.LOOKED_AT", 400)
    lines, nights = [f"{line},{'Y' if i % 9 == 0 else 'N'}" for i, line in enumerate(good(60))], []
    for i in range(3):
        write(tmp_path, lines := [*lines, f"{row(str(500 + i))},N"], header=f"{HEADER},unfounded")
        nights.append(in_full(tmp_path, i))
        assert any("'unfounded' is not read, and " in note for note in nights[i].notes)
        assert_same_city(through_store(tmp_path, i), nights[i])
    for i in (2, 0, 1):
        past = load_city_as_recorded(
            settings(tmp_path), as_of=AS_OF, recorded_by=night_of(i), folder=tmp_path / "store"
        )
        assert sorted(past.notes) == sorted(nights[i].notes)


def test_a_file_that_begins_as_it_did_is_not_looked_at_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("patrolcast.runs.load.increment.look.LOOKED_AT", 400)
    (tmp_path / "codebook.csv").write_text(CODEBOOK + "X1,,theft,citizen,made up\n")
    looks = list[Path]()
    monkeypatch.setattr(
        "patrolcast.runs.load.increment.source.head_of", lambda path: looks.append(path) or head_of(path)
    )
    assert len(BURGLARY) + 1 == len(DRUGS)  # with the S that is added, nothing but the words differs
    lines = [f"{row('9', code='X1')},{DRUGS}", *(f"{line},SELLING" for line in good(60))]
    looked = []
    for i in (0, 1, 2, 3, 4, 8):
        if i == 3:
            lines[0] = lines[0].replace(DRUGS, f"{BURGLARY}S")
        write(
            tmp_path,
            lines := [*lines, f"{row(str(500 + i), lon=f'-87.67{i}')},LOOKING"],
            header=f"{HEADER},description",
        )
        city = through_store(tmp_path, i)
        looked.append(bool(looks))
        looks.clear()
        assert_same_city(city, in_full(tmp_path, i))
        assert bool(city.officer_worded) == (i < 3)
    assert looked == [True, False, False, True, False, True], "on the eighth day all is compared, and looked at"
