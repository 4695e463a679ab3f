"""`patrolcast outcomes`: named, taken in, reported; persons refused; Chicago's use of force as it was published."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from tests.acceptance.conftest import ROOT, called
from tests.audit.planted_outcomes import declared, planted
from tests.runs.outcomes.city import MEASURES, write_counts, write_measures
from tests.runs.tiny_city import write_city

from patrolcast.audit.outcomes.series import Counts
from patrolcast.domain.outcomes.counts import OutcomeCounts
from patrolcast.runs.outcomes.report import verdicts_of

CHICAGO = ROOT.parent / "shared" / "data" / "chicago" / "outcomes" / "use_of_force_beat_month_race_2004_2016.parquet"
OF_CHICAGO = """outcomes_version = 1
adopted = "2013-07"
owner = "Office of oversight"
reference = "White"
residents_source = "census of 2010"

[columns.use_of_force]
area = "beat"
group = "race"

[[groups]]
name = "Black"
values = ["BLACK"]
residents = 887608

[[groups]]
name = "Hispanic"
values = ["HISPANIC"]
residents = 778862

[[groups]]
name = "White"
values = ["WHITE"]
residents = 854717

[[measures]]
id = "force"
question = "Did use of force change in a month in which nothing was adopted?"
outcome = "use_of_force"
contrasts = ["change", "disparity"]
per = "residents"
matters = 1.25
"""


def test_from_naming_to_the_report(tmp_path: Path) -> None:
    config = write_city(tmp_path)
    write_measures(config)
    here = (config, "--runs", tmp_path / "runs")
    counts = write_counts(tmp_path, planted(5, mean=200.0, spread=0.05, times={("1", "b"): 2.0, ("2", "b"): 2.0}))
    early = called("outcomes", "import", config, counts, *here[1:])
    assert (early.returncode, early.stdout) == (11, "")
    assert called("outcomes", "declare", *here).stdout == "named on the audit trail: force\n"
    assert called("outcomes", "report", *here).returncode == 13
    persons = tmp_path / "persons.csv"
    persons.write_text("outcome,month,area,group,n,suspect_name\nstops,2024-01,1,a,1,X\n")
    refused = called("outcomes", "import", config, persons, *here[1:])
    assert refused.returncode == 14
    assert refused.stderr.count("\n") == 1
    taken = called("outcomes", "import", config, counts, *here[1:])
    assert taken.stdout == "288 counts taken in\nuse_of_force: 72 months, 2020-01 to 2025-12\n"
    report = called("outcomes", "report", *here)
    assert (report.returncode, report.stderr) == (0, "")
    assert report.stdout.startswith("Use of force against Group B people rose beside that against Group A people.")
    assert called("trail", "verify", config, "--runs", tmp_path / "runs").returncode == 0
    late = MEASURES.replace('id = "force"', 'id = "other"')
    write_measures(config, late)
    assert called("outcomes", "report", *here).returncode == 11
    assert "never a finding" in called("outcomes", "declare", *here).stdout


@pytest.mark.shared
def test_chicagos_published_use_of_force_is_taken_in_and_reported(tmp_path: Path) -> None:
    if not CHICAGO.is_file():
        pytest.skip("SHARED DATA ABSENT: Chicago's use of force was not tried")
    config = write_city(tmp_path)
    write_measures(config, OF_CHICAGO)
    here = ("--runs", tmp_path / "runs")
    assert called("outcomes", "declare", config, *here).returncode == 0
    taken = called("outcomes", "import", config, CHICAGO, "--outcome", "use_of_force", *here)
    assert taken.stdout == "27,024 counts taken in\nuse_of_force: 148 months, 2004-01 to 2016-04\n"
    document = json.loads(called("outcomes", "report", config, "--json", *here).stdout)
    rows = {(row["kind"], row["group"]): row for row in document["contrasts"]}
    assert sum(rows["change", "everyone"][key] for key in ("before", "after")) == 67_020, "the file's own, in tens"
    before = 38_647 / 887_608 / (5_157 / 854_717)
    assert rows["disparity", "Black"]["levels"][0]["value"] == pytest.approx(before, rel=0.01)
    assert {row["verdict"] for row in rows.values()} <= {"too small to tell", "no clear change"}, "nothing was adopted"


@pytest.mark.long
@pytest.mark.shared
@pytest.mark.parametrize("n_before", [24, 36, 60])
def test_months_of_chicago_in_which_nothing_was_adopted_are_rarely_a_finding(n_before: int) -> None:
    """Every third month is taken for one of adoption, with a year after it: real drifts, no suggestions."""
    if not CHICAGO.is_file():
        pytest.skip("SHARED DATA ABSENT: Chicago's use of force was not tried")
    table = pd.read_parquet(CHICAGO).rename(columns={"race": "group"})
    table = table[table["group"].isin(["BLACK", "HISPANIC", "WHITE"])].assign(outcome="use_of_force")
    table["area"] = np.where(table["beat"].between(700, 799) | table["beat"].between(1100, 1199), "1", "2")
    table = table.groupby(["outcome", "month", "area", "group"], as_index=False)["n"].sum()
    names, groups = sorted(set(table["month"])), ("BLACK", "HISPANIC", "WHITE")
    asked = {"groups": [{"name": g, "values": [g]} for g in groups], "reference": "WHITE"}
    alarms, missed, n = 0, [], 0
    for at in range(n_before, len(names) - 12, 3):
        window = table[table["month"].isin(names[at - n_before : at + 12])].reset_index(drop=True)
        counts = Counts(OutcomeCounts(window), declared(adopted=names[at], **asked))
        found = verdicts_of(counts, beforehand={"force"}, look=1)
        alarms, n = alarms + any(one.verdict in ("rose", "fell") for one in found), n + 1
        missed += [one.contrast.p is not None and one.contrast.p <= 0.05 for one in found]
    assert n >= 25
    assert alarms <= 0.08 * n
    assert np.mean(missed) <= 0.16, "single intervals are too narrow for real drifts, and the page says by how much"
