"""Call source is a promise: an export that has one, a codebook that decides one, a published run that read one."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Sequence
from pathlib import Path

import pandas as pd
import pytest
from tests.intake.builders import AS_OF, CODEBOOK, HEADER, NOW, good, load, row, settings

from patrolcast.domain.errors import ConfigError
from patrolcast.runs.load.call_source import offence_warning, require_as_published
from patrolcast.runs.load.city import LoadedCity, load_city

BARE_BOOK = "offence,call_source,category,provenance,ground\nTHEFT,,theft,citizen,made up\nSTOP,,,officer,made up\n"
WHY = "the vendor's report leaves the column out"
STATEMENT = (
    "No call source: the export does not say who reported an incident, so records that officers initiated cannot be "
    f"separated from reports by citizens. Reason given: {WHY}."
)


def renamed(rows: Sequence[str], values: Callable[[int], str]) -> list[str]:
    """The rows with another value in their last column."""
    return [",".join([*one.split(",")[:-1], values(i)]) for i, one in enumerate(rows)]


def dropped(folder: Path, header: str, values: Callable[[int], str], **more: str) -> LoadedCity:
    """The city whose last column is called ``header``, holds ``values`` and is not mapped."""
    (folder / "codebook.csv").write_text(BARE_BOOK)
    rows = renamed(good(200), values)
    return load(folder, rows, header=HEADER.replace("source", header), drop=("call_source",), **more)


@pytest.mark.parametrize(
    "header",
    [
        "call_source", "CallSource", "Source of Call", "HOW_REPORTED", "how received", "Reported By", "Received Via",
        "Report Method", "is_self_initiated", "self-initiated", "SelfInit", "OnView", "ON_VIEW_FLAG", "initiated",
        "Officer Initiated", "CALL ORIGIN", "event_source", "Contact Method", "Proactive", "CAD_Source",
    ],
)  # fmt: skip
def test_a_header_that_says_who_started_a_call_is_not_dropped_whatever_its_values(header: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        dropped(tmp_path, header, lambda i: "YN"[i % 2])
    assert caught.value.exit_code == 10
    assert str(caught.value) == (
        f"[incidents.columns] call_source: got nothing, but export.csv has the column '{header}'; who started a call "
        "decides what is counted, and is never dropped without a word; map it, or say why in [incidents] "
        "no_call_source"
    )


@pytest.mark.parametrize(
    ("header", "values"),
    [
        ("kind", ["911", "ON VIEW", "PHONE", "PHONE"]),
        ("x17", ["Officer Initiated", "Citizen Initiated"]),
        ("Call Type", ["DISPATCHED", "ON-VIEW", "SELF-INITIATED"]),
        ("dispatch type", ["C", "O", "A"]),
        ("source", ["1", "2", "3"]),
        ("origin", ["CAD", "RMS"]),
        ("remark_code", ["traffic stop", "telephone", "911", "online"]),
        ("how", ["directed patrol", "caller"]),
        ("init_by", ["OV", "CIT", "X"]),
        ("mark", ["OFFICER", ""]),
        ("agency_code", ["Officer", "Other party", "Passer-by", "Q"]),
    ],
)
def test_values_that_read_like_call_sources_or_a_vague_header_are_not_dropped(
    header: str, values: list[str], tmp_path: Path
) -> None:
    with pytest.raises(ConfigError, match=rf"has the column '{header}'; who started a call"):
        dropped(tmp_path, header, lambda i: values[i % len(values)])


@pytest.mark.parametrize(
    ("header", "values"),
    [
        ("beat", ["6A", "6B"]),
        ("division", ["PATROL", "DETECTIVES", "TRAFFIC"]),
        ("disposition", ["ARREST", "WARRANT ISSUED", "REPORT WRITTEN"]),
        ("premise", ["STREET", "POLICE STATION", "APARTMENT"]),
        ("call type", ["BURGLARY", "THEFT", "ASSAULT"]),
        ("source", ["RMS", "RMS"]),
        ("date initiated", ["2026-01-01", "2026-01-02"]),
        ("priority", ["1", "2", "3"]),
        ("weapon", ["HANDGUN", "KNIFE", "NONE"]),
    ],
)
def test_columns_that_say_something_else_are_left_out_as_ever_and_the_city_says_it_has_no_call_source(
    header: str, values: list[str], tmp_path: Path
) -> None:
    city = dropped(tmp_path, header, lambda i: values[i % len(values)])
    assert not city.call_source.known
    assert city.notes[0].startswith("No call source: the export does not say who reported")


def test_what_is_declared_runs_and_every_note_begins_with_it(tmp_path: Path) -> None:
    city = dropped(tmp_path, "call_source", lambda i: "YN"[i % 2], no_call_source=WHY)
    assert city.notes[0] == STATEMENT


def test_a_codebook_that_decides_call_sources_is_a_promise_too_and_may_be_declared(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"got nothing, but codebook.csv decides the call sources '911', 'PATROL'"):
        load(tmp_path, good(20), drop=("call_source",))
    city = load(tmp_path, good(20), drop=("call_source",), no_call_source=WHY)
    assert city.notes[0] == STATEMENT


@pytest.mark.parametrize("reason", ["", " " * 20, "none", "x x x x", "n/a n/a n/a", "12 34 56 78"])
def test_a_declaration_is_a_reason_in_words(reason: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"no_call_source"):
        settings(tmp_path, drop=("call_source",), no_call_source=reason)


def test_a_column_and_a_declaration_exclude_each_other(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="exclude each other"):
        settings(tmp_path, no_call_source=WHY)


def book(value: str, ground: str = "made up", provenance: str = "citizen") -> str:
    """The codebook with one more call source."""
    return CODEBOOK + f'"","{value}",,{provenance},"{ground}"\n'


@pytest.mark.parametrize(
    "value",
    [
        "OFFICER", "On View", "ONVIEW", "O/V", "Self-Initiated", "SELF INIT", "officer initiated", "Traffic Stop",
        "T-STOP", "Field Contact", "PROACTIVE", "Directed Patrol", "Warrant Service", "warrant", "Pedestrian Stop",
        "Unit Initiated", "Police generated", "area check", "on-sight", "Officer Observed", "Traffic stop call", "LEO",
        "0FFICER", "On View - Dispatch",
    ],
)  # fmt: skip
def test_a_value_whose_own_words_say_officer_is_never_a_citizens(value: str, tmp_path: Path) -> None:
    (tmp_path / "codebook.csv").write_text(book(value))
    with pytest.raises(ConfigError) as caught:
        load(tmp_path, good(20))
    assert caught.value.exit_code == 10
    assert str(caught.value) == (
        f"codebook.csv call source '{value}': got citizen; a call source whose own words say that an officer started "
        "it is the officer's; write officer; or, where the column says something else, leave source out and say why in "
        "[incidents] no_call_source"
    )


def test_a_pattern_that_makes_an_officers_value_a_citizens_is_found_by_the_value(tmp_path: Path) -> None:
    (tmp_path / "codebook.csv").write_text(book("ON*"))
    with pytest.raises(ConfigError, match="call source 'ONVIEW': got citizen"):
        load(tmp_path, [*good(20), row("9", source="ONVIEW")])
    (tmp_path / "codebook.csv").write_text(book("ON*"))
    assert len(load(tmp_path, [*good(20), row("9", source="ONLINE")]).tables.incidents.table) == 21


def test_a_coded_value_follows_its_own_reason(tmp_path: Path) -> None:
    (tmp_path / "codebook.csv").write_text(book("7", "On view: seen by an officer on patrol"))
    with pytest.raises(ConfigError, match=r"call source '7' \('On view: seen by an officer on patrol'\): got citizen"):
        load(tmp_path, good(20))


@pytest.mark.parametrize(
    ("value", "ground"),
    [("911", "the caller asks for an officer"), ("DESK", "a victim reports to an officer at the counter"),
     ("WEB", "a form on the city's page"), ("PHONE", "non-emergency call, taken by police staff")],
)  # fmt: skip
def test_a_caller_beside_an_officer_stays_a_citizen(value: str, ground: str, tmp_path: Path) -> None:
    (tmp_path / "codebook.csv").write_text(book(value, ground).replace(",911,,citizen,made up\n", "", 1))
    assert len(load(tmp_path, [row(str(i), source=value) for i in range(20)]).tables.incidents.table) >= 1


def test_officers_values_decided_as_officers_are_set_aside_as_ever(tmp_path: Path) -> None:
    (tmp_path / "codebook.csv").write_text(book("ON VIEW", provenance="officer"))
    city = load(tmp_path, [*good(20), row("9", source="ON VIEW")])
    assert city.sources[0].set_aside == {"officer-initiated": 1}
    assert city.call_source.known


@pytest.mark.parametrize("value", ["", "WHAT"])
def test_a_value_that_nobody_decided_is_refused_and_never_kept_as_a_report(value: str, tmp_path: Path) -> None:
    city = load(tmp_path, [*good(200), *(row(str(i), lon=f"-87.6{i:03d}", source=value) for i in range(20))])
    assert city.sources[0].refused == {"call source not in the codebook": 20}
    assert len(city.tables.incidents.table) == 200


def test_a_column_that_says_the_same_in_every_row_proves_nothing_and_the_city_says_so(tmp_path: Path) -> None:
    city = load(tmp_path, good(1000))
    assert not city.call_source.known
    assert city.notes[:2] == (
        "The call source 'source' marks no record as officer-initiated: whether such records are missing, or labelled "
        "as reports by citizens, the export does not show.",
        "export.csv: the call source 'source' marks no record as officer-initiated ('911' in every row): were such "
        "records taken out, or labelled as reports? Ask how the export is made",
    )
    one = load(tmp_path, [*good(1000), row("9", source="PATROL")])
    assert one.call_source.known
    assert not any("officer-initiated" in note for note in one.notes)


def test_too_few_rows_say_nothing_about_what_is_missing(tmp_path: Path) -> None:
    assert load(tmp_path, good(999)).call_source.known


def test_one_of_two_files_without_an_officers_record_is_named(tmp_path: Path) -> None:
    (tmp_path / "old.csv").write_text("\n".join([HEADER, *good(1000)]) + "\n")
    rows = [*(row(str(5000 + i), lat=f"41.82{i:03d}") for i in range(300)), row("9", source="PATROL")]
    (tmp_path / "new.csv").write_text("\n".join([HEADER, *rows]) + "\n")
    city = load_city(settings(tmp_path, ["old.csv", "new.csv"]), as_of=AS_OF, now=NOW)
    assert city.call_source.known
    assert city.notes[0].startswith("old.csv: the call source 'source' marks no record as officer-initiated")


def test_one_of_two_files_with_a_call_source_is_enough_to_ask_for_it(tmp_path: Path) -> None:
    (tmp_path / "codebook.csv").write_text(BARE_BOOK)
    (tmp_path / "old.csv").write_text("\n".join([HEADER, *good(20)]) + "\n")
    bare = [one.rsplit(",", 1)[0] for one in good(20, start=5000)]
    (tmp_path / "new.csv").write_text("\n".join([HEADER.rsplit(",", 1)[0], *bare]) + "\n")
    with pytest.raises(ConfigError, match=r"old.csv has the column 'source'"):
        load_city(settings(tmp_path, ["new.csv", "old.csv"], drop=("call_source",)), as_of=AS_OF, now=NOW)


@pytest.mark.parametrize("order", [("a", "b"), ("b", "a")])
def test_a_call_source_in_one_of_two_files_of_one_name_is_asked_for(order: tuple[str, str], tmp_path: Path) -> None:
    (tmp_path / "codebook.csv").write_text(BARE_BOOK)
    plain = HEADER.rpartition(",")[0]
    for folder, header, rows in (
        ("a", f"{plain},call_source", renamed(good(40), lambda i: ["911", "ON VIEW"][i % 2])),
        ("b", plain, [line.rpartition(",")[0] for line in good(40, 900)]),
    ):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "calls.csv").write_text("\n".join([header, *rows, ""]))
    files = [f"{folder}/calls.csv" for folder in order]
    with pytest.raises(ConfigError, match=r"calls\.csv has the column 'call_source'"):
        load_city(settings(tmp_path, files, drop=("call_source",)), as_of=AS_OF, now=NOW)


def test_another_column_mapped_in_its_place_is_found(tmp_path: Path) -> None:
    (tmp_path / "codebook.csv").write_text(CODEBOOK + ",BEAT1,,citizen,made up\n")
    rows = [f"{one},BEAT1" for one in good(200)]
    with pytest.raises(ConfigError) as caught:
        load(tmp_path, rows, header=HEADER.replace("source", "call_source") + ",beat", columns={"call_source": "beat"})
    assert str(caught.value) == (
        "[incidents.columns] call_source: got 'beat', which holds no officer-initiated record, but export.csv also has "
        "the column 'call_source'; the column that separates officers' records from reports is the call source; map "
        "that one, or leave beat out and say why in [incidents] no_call_source"
    )


def test_a_second_column_beside_one_that_distinguishes_is_no_fault(tmp_path: Path) -> None:
    rows = [f"{one},PHONE" for one in [*good(50), row("9", source="PATROL")]]
    assert load(tmp_path, rows, header=HEADER + ",report_method").call_source.known


def disagreeing(folder: Path, n: int, values: Callable[[int], str], header: str = "true_source") -> LoadedCity:
    """A city whose mapped column holds one officer's row of ``n`` + 1; another column holds ``values``."""
    made = (
        row(
            str(100 + i), reported="2026-02-01 11:00:00", lon=f"{-87.69 + i % 300 / 1e4:.4f}", lat=f"41.8{i // 300:02d}"
        )
        for i in range(n)
    )
    rows = [f"{one},{values(i)}" for i, one in enumerate(made)]
    return load(folder, [*rows, row("9", source="PATROL") + ",OFFICER"], header=f"{HEADER},{header}")


@pytest.mark.parametrize("header", ["true_source", "call_source", "x17", "init_by"])
def test_one_officers_row_does_not_make_a_column_the_call_source(header: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        disagreeing(tmp_path, 200, lambda i: "PHONE" if i % 4 else "OFFICER", header)
    assert caught.value.exit_code == 10
    assert str(caught.value) == (
        "[incidents.columns] call_source: got 'source', which gives citizens 50 of 200 rows that "
        f"'{header}' of export.csv gives officers; at most 20 rows and 0.5% may disagree on who started a call; map "
        f"{header}, or correct the export; or leave source out and say why in [incidents] no_call_source"
    )


@pytest.mark.parametrize(
    ("n", "officers", "refused"), [(5000, 20, False), (5000, 21, True), (400, 2, False), (400, 3, True)]
)
def test_a_few_rows_may_disagree(n: int, officers: int, refused: bool, tmp_path: Path) -> None:
    def values(i: int) -> str:
        return "OFFICER" if i < officers else "PHONE"

    if refused:
        with pytest.raises(ConfigError, match=f"gives citizens {officers} of "):
            disagreeing(tmp_path, n, values)
    else:
        disagreeing(tmp_path, n, values)


@pytest.mark.parametrize("header", ["is_officer", "OI_flag", "Officer_Flag"])
def test_a_flag_of_officers_is_compared_by_its_yes(header: str, tmp_path: Path) -> None:
    rows = [f"{one},{'NY'[i % 2]}" for i, one in enumerate(good(40))] + [row("9", source="PATROL") + ",Y"]
    with pytest.raises(ConfigError, match="gives citizens 20 of 40 rows"):
        load(tmp_path, rows, header=f"{HEADER},{header}")


def test_a_column_that_the_officers_alone_fill_is_compared_too(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="gives citizens 50 of 200 rows"):
        disagreeing(tmp_path, 200, lambda i: "" if i % 4 else "OFFICER", "mark")


def test_next_to_no_officers_row_proves_as_little_as_none(tmp_path: Path) -> None:
    rows = [*good(2400), row("9", source="PATROL")]
    city = load(tmp_path, rows)
    assert not city.call_source.known
    assert city.call_source.statement.startswith(
        "The call source 'source' marks only 1 of 2,401 records as officer-initiated: whether such records are missing"
    )
    assert city.notes[1].startswith("export.csv: the call source 'source' marks only 1 of 2,401 records as officer-")


def test_officers_rows_that_are_not_known_yet_prove_nothing_yet(tmp_path: Path) -> None:
    later = [row(str(9000 + i), reported="2026-03-01 11:00:00", source="PATROL") for i in range(50)]
    assert not load(tmp_path, [*good(1000), *later], as_of="2026-02-20T12:00:00+00:00").call_source.known
    assert load(tmp_path, [*good(1000), *later], as_of="2026-03-01T18:00:00+00:00").call_source.known


def test_a_word_that_may_mean_an_officer_is_noted_and_counted(tmp_path: Path) -> None:
    (tmp_path / "codebook.csv").write_text(book("OFF") + ',Observed,,citizen,"made up"\n')
    city = load(tmp_path, [*good(20), row("9", source="OFF")])
    assert (
        "codebook.csv decides the call sources 'OFF', 'Observed' as a citizen's, and the words may mean an officer: "
        "ask who starts such calls; where nobody knows, decide unknown"
    ) in city.notes
    assert len(city.tables.incidents.table) == 21


def test_a_parquet_export_is_looked_at_like_a_csv(tmp_path: Path) -> None:
    (tmp_path / "codebook.csv").write_text(BARE_BOOK)
    table = pd.DataFrame(csv.DictReader([HEADER, *good(40)])).drop(columns="source")
    table["stamp"] = pd.to_datetime(table["occurred"])
    table["kind"] = pd.Categorical(["911", "ON VIEW"] * 20)
    for group in (1, 20, 1_000):  # of rows, at which Arrow ends a batch
        table.to_parquet(tmp_path / "export.parquet", row_group_size=group)
        with pytest.raises(ConfigError, match=r"export.parquet has the column 'kind'"):
            load_city(settings(tmp_path, "export.parquet", drop=("call_source",)), as_of=AS_OF, now=NOW)


def published(folder: Path, columns: dict[str, str], name: str = "square") -> Path:
    """A folder of runs whose published run was made with these columns."""
    run = folder / "runs" / "r1"
    run.mkdir(parents=True)
    manifest = {"run_id": "r1", "name": name, "outputs": {}, "config": {"incidents": {"columns": columns}}}
    (run / "manifest.json").write_text(json.dumps(manifest))
    (run.parent / "current").symlink_to("r1")
    return run.parent


def test_the_published_run_is_a_promise_too(tmp_path: Path) -> None:
    runs, bare = published(tmp_path, {"call_source": "src"}), settings(tmp_path, drop=("call_source",))
    with pytest.raises(ConfigError) as caught:
        require_as_published(bare, runs)
    assert str(caught.value) == (
        "[incidents.columns] call_source: got nothing, but the published run r1 reads it from the column 'src'; who "
        "started a call decides what is counted, and is never dropped without a word; map it again, or say why in "
        "[incidents] no_call_source"
    )
    require_as_published(settings(tmp_path), runs)
    require_as_published(settings(tmp_path, drop=("call_source",), no_call_source=WHY), runs)


@pytest.mark.parametrize(("columns", "name"), [({}, "square"), ({"call_source": "src"}, "another city")])
def test_a_published_run_without_one_or_of_another_city_promises_nothing(
    columns: dict[str, str], name: str, tmp_path: Path
) -> None:
    require_as_published(settings(tmp_path, drop=("call_source",)), published(tmp_path, columns, name))


def test_columns_about_persons_are_not_looked_at_even_for_this(tmp_path: Path) -> None:
    (tmp_path / "codebook.csv").write_text(BARE_BOOK)
    city = load(
        tmp_path, [f"{one.rsplit(',', 1)[0]},12 Main St" for one in good(20)],
        header=HEADER.replace("source", "address"), drop=("call_source",),
    )  # fmt: skip
    assert not city.call_source.known


DRUGS = BARE_BOOK + "A7,,theft,citizen,{}\n,911,,citizen,made up\n,PATROL,,officer,made up\n"


def test_a_counted_offence_whose_words_say_drugs_is_listed_with_its_share(tmp_path: Path) -> None:
    (tmp_path / "codebook.csv").write_text(DRUGS.format("Possession of narcotics"))
    city = load(tmp_path, [*good(15), *(row(str(900 + i), lon=f"-87.66{i:02d}", code="A7") for i in range(5))])
    [listed] = city.officer_worded
    assert (listed.offence, listed.incidents, listed.share, listed.words) == ("A7", 5, 0.25, "Possession of narcotics")


def test_the_exports_own_description_tells_what_a_silent_codebook_does_not(tmp_path: Path) -> None:
    (tmp_path / "codebook.csv").write_text(DRUGS.format("counted as the chief wishes"))
    rows = [f"{one},Theft" for one in good(15)]
    rows += [f"{row(str(900 + i), lon=f'-87.66{i:02d}', code='A7')},DWI - 1ST OFFENSE" for i in range(5)]
    city = load(tmp_path, rows, header=HEADER + ",offense_description")
    assert [(one.offence, one.words) for one in city.officer_worded] == [("A7", "DWI - 1ST OFFENSE")]


def test_check_has_one_line_for_all_of_them_with_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "codebook.csv").write_text(DRUGS.format("Possession of narcotics"))
    city = load(tmp_path, [*good(15), *(row(str(900 + i), lon=f"-87.66{i:02d}", code="A7") for i in range(5))])
    assert offence_warning(city.officer_worded) == (
        "decided as reported by citizens, but their own words say that officers initiate them: 'A7' ('Possession of "
        "narcotics', 5 incidents); together 25.0% of the counted incidents; decide them as officer in the codebook, "
        "else the audit lists them"
    )
    assert "'A7' ('Possession of narcotics', 0 incidents)" in offence_warning(load(tmp_path, good(15)).officer_worded)
    assert offence_warning(()) == ""
