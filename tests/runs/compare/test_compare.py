"""`compare` on a tiny city: the same nights for every variant, nothing found where nothing differs, cuts survived."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from tests.runs.compared_city import write_variant, write_variants
from tests.runs.tiny_city import NOW

from patrolcast.domain.comparison import Comparison
from patrolcast.domain.errors import ConfigError, DataRefusedError, UsageError
from patrolcast.domain.records import Progress
from patrolcast.domain.settings import Patrol
from patrolcast.io.store.checkpoint import read_arrays
from patrolcast.report.comparison.words import NULL
from patrolcast.runs.compare import fold_results
from patrolcast.runs.compare.compare import compare_variants
from patrolcast.runs.compare.prepare import PreparedComparison, folds_hash, prepare_comparison
from patrolcast.runs.compare.variants import admit_variant, changes, read_variants, short_names
from patrolcast.runs.pipeline import forecasting

N_NIGHTS = 24


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Path]]:
    root = tmp_path_factory.mktemp("compared")
    return root, write_variants(root)


@pytest.fixture(scope="module")
def compared(city: tuple[Path, dict[str, Path]]) -> Comparison:
    root, variants = city
    return compare_variants(list(variants.values()), parts=root / "parts", now=NOW, n_nights=N_NIGHTS, null=True)


def test_every_variant_spends_the_same_minutes_on_the_same_nights(compared: Comparison) -> None:
    spent = {one.name: one.minutes.sum() for one in compared.variants}
    assert compared.n_nights == N_NIGHTS
    assert spent["citizen_only"] == pytest.approx(2 * 3 * 120)  # districts, shifts, minutes
    assert spent == {name: pytest.approx(spent["citizen_only"], rel=0.02) for name in spent}


def test_the_same_config_with_other_seeds_shows_no_winner(compared: Comparison) -> None:
    [pair] = [p for p in compared.pairs if {p.first, p.second} == {"citizen_only", NULL}]
    assert pair.supported == ()
    assert any(one.interval.estimate != 0 for one in pair.differences), "other seeds must at least differ"


def test_a_planted_loser_is_found(compared: Comparison) -> None:
    [pair] = [p for p in compared.pairs if (p.first, p.second) == ("citizen_only", "coarse")]
    lost = {one.measure: one.interval.estimate for one in pair.supported}
    assert lost["hits"] < -0.2
    assert lost["distinct_cells"] > 0


def test_features_that_differ_are_named_with_the_reason(compared: Comparison) -> None:
    [pair] = [p for p in compared.pairs if (p.first, p.second) == ("citizen_only", "with_enforcement")]
    assert pair.only_first == {}
    assert set(pair.only_second) == {
        "enforcement_28d", "enforcement_91d", "enforcement_365d", "enforcement_all", "enforcement_ring1_365d"
    }  # fmt: skip
    assert pair.only_second["enforcement_28d"].startswith("never_in_model: ")
    assert [one.name for one in compared.variants if not one.publishable] == ["with_enforcement"]


def test_a_start_after_a_cut_goes_on_and_ends_the_same(
    city: tuple[Path, dict[str, Path]], compared: Comparison, monkeypatch: pytest.MonkeyPatch
) -> None:
    root, variants = city
    parts = sorted((root / "parts").glob("*.npz"))
    assert len(parts) == 4 * 6
    parts[0].write_bytes(parts[0].read_bytes()[:100])  # cut off while written by another tool
    parts[7].unlink()
    made = trainings(monkeypatch)
    again = compare_variants(list(variants.values()), parts=root / "parts", now=NOW, n_nights=N_NIGHTS, null=True)
    assert made == [1, 1]
    for one, other in zip(compared.variants, again.variants, strict=True):
        assert one.measured == other.measured
        np.testing.assert_array_equal(one.minutes, other.minutes)


def test_variants_that_only_deal_differently_share_one_forecast(
    city: tuple[Path, dict[str, Path]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    variants = write_variants(tmp_path)
    other = write_variant(variants["coarse"].parent, "one_visit", "[patrol]\nvisits_per_cell = 1\n")
    made = trainings(monkeypatch)
    found = compare_variants([variants["citizen_only"], other], parts=tmp_path / "p", now=NOW, n_nights=12)
    assert made == [1] * 6
    [pair] = found.pairs
    assert next(d for d in pair.differences if d.measure == "distinct_cells").interval.estimate > 0


def test_variants_that_differ_in_what_they_admit_share_features_and_are_what_they_are_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    variants = write_variants(tmp_path)
    body = '[policy]\nexcluded_features = ["decayed_28d", "any_all"]\nreason = "fewer"\n'
    fewer = write_variant(variants["coarse"].parent, "fewer", body)
    chosen = read_variants([variants["citizen_only"], variants["with_enforcement"], fewer, variants["coarse"]])
    prepared = prepare_comparison(chosen, n_nights=12, n_folds=6, now=NOW, progress=Progress())
    due = [fold_results.PendingFold(one, ready, 7) for one, ready in zip(chosen, prepared.ready, strict=True)]
    assert len({each.inputs_key for each in due}) == 2, "coarse has cells of its own"
    fold = prepared.folds[2]
    monkeypatch.setitem(forecasting.FOLLOWED, "auto", (1.0,))  # in so small a city trees would weigh nothing
    made = trainings(monkeypatch)
    together = fold_results._forecasts(due[:3], fold)
    assert made == [3]
    for each in due[:3]:
        [alone] = fold_results._forecasts([each], fold).values()
        np.testing.assert_array_equal(together[each.forecast_key], alone)
    base, enforcement, few = together.values()
    assert not np.array_equal(base, enforcement), "or the columns of one would be another's"
    assert not np.array_equal(base, few)


def test_officers_records_are_not_compared_in_a_forecast_that_uses_no_features(tmp_path: Path) -> None:
    """It would show that they change nothing."""
    settings = read_variants(list(write_variants(tmp_path).values()))[1].settings
    alone = settings.model_copy(update={"model": settings.model.model_copy(update={"kind": "start"})})
    assert admit_variant(settings).comparison_only
    with pytest.raises(ConfigError, match="officer-initiated records are compared as features of trees"):
        admit_variant(alone)


def trainings(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many models each pass over the features has trained from now on."""
    made: list[int] = []
    whole = fold_results.compare_panel

    def counted(panel, grid, plan, admissions, settings, *, compared):
        made.append(len(admissions))
        return whole(panel, grid, plan, admissions, settings, compared=compared)

    monkeypatch.setattr(fold_results, "compare_panel", counted)
    return made


def most_nights_in_six(parts: Path) -> list[int]:
    """Of each variant, the most nights out of any six in a row on which one cell was suggested."""
    by_fold = sorted(parts.glob("*.npz"), key=lambda path: int(path.stem.rsplit("-f", 1)[1]))
    found = []
    for key in sorted({path.stem.split("-")[0] for path in by_fold}):
        own = [read_arrays(parts, path.stem) for path in by_fold if path.stem.startswith(key)]
        nights = np.concatenate([part["suggested"] for part in own if part is not None])
        found.append(int(np.lib.stride_tricks.sliding_window_view(nights, 6, axis=0).sum(axis=-1).max()))
    return found


def test_caps_look_back_across_trainings_and_bounds_hold_the_exposure(tmp_path: Path) -> None:
    variants = write_variants(tmp_path)
    folder = variants["coarse"].parent
    caps = "[patrol.caps]\nmost_nights = 3\nof_nights = 6\nrun_nights = 3\nrest_nights = 1\n"
    bound = '[patrol.bound]\ngroup = "group_a"\nfloor = 0.5\nceiling = 0.9\n'
    paths = [variants["citizen_only"], write_variant(folder, "capped", caps), write_variant(folder, "bounded", bound)]
    found = compare_variants(paths, parts=tmp_path / "parts", now=NOW, n_nights=12)
    most = sorted(most_nights_in_six(tmp_path / "parts"))
    assert most[0] == 3, "the capped variant suggests no cell more than 3 nights in 6, trainings or not"
    assert most[1:] == [6, 6]
    ratio = {one.name: one.measured["log_exposure_ratio_group_a"] for one in found.variants}
    assert ratio["bounded"].estimate <= np.log(0.9) + 0.02 < ratio["citizen_only"].estimate


def test_counting_officer_records_sends_patrol_where_officers_were(tmp_path: Path) -> None:
    variants = write_variants(tmp_path)
    body = "[policy]\ncomparison_only = true\ncomparison_counted = true\n[patrol]\nvisits_per_cell = 2\n"
    counted = write_variant(variants["coarse"].parent, "enforcement_counted", body)
    found = compare_variants([variants["citizen_only"], counted], parts=tmp_path / "parts", now=NOW, n_nights=12)
    base, other = found.variants
    x, y = found.cells["longitude"].to_numpy(), found.cells["latitude"].to_numpy()
    corner = int(np.argmin(np.hypot(x - (-87.70 + 0.9 * 0.05), y - (41.80 + 0.1 * 0.05))))  # where officer_records are
    assert other.minutes[corner] > base.minutes[corner] + 10
    assert not other.publishable
    assert other.minutes.sum() == pytest.approx(base.minutes.sum())


@pytest.fixture(scope="module")
def prepared(city: tuple[Path, dict[str, Path]]) -> PreparedComparison:
    chosen = read_variants(list(city[1].values()))
    return prepare_comparison(chosen, n_nights=12, n_folds=6, now=NOW, progress=Progress())


def test_need_is_weighted_as_the_ranking_weighs_its_categories(prepared: PreparedComparison) -> None:
    names = prepared.shared.panel.categories
    starts = [str(slot) for slot in sorted(set(prepared.shared.panel.calendar["slot"]))]
    plain = prepared.shared.need(Patrol(), starts)
    doubled = prepared.shared.need(Patrol(weights={names[0]: 2.0}), starts)
    assert plain.sum() == prepared.shared.observed().sum()
    of_first = prepared.shared.need(Patrol(weights={name: float(name == names[0]) for name in names}), starts)
    assert of_first.sum() > 0
    np.testing.assert_allclose(doubled, plain + of_first)


def test_parts_of_a_comparison_on_other_shared_cells_are_not_taken_for_ones_own(tmp_path: Path) -> None:
    """Tracks lie on the finest cells of their comparison: a coarse variant's differ between two of them."""
    variants = write_variants(tmp_path)
    weekly = "[area]\nresolution = 7\n[model]\nhorizon_days = 3\n"
    other = write_variant(variants["coarse"].parent, "coarse_too", weekly)
    parts = tmp_path / "parts"
    compare_variants([variants["citizen_only"], variants["coarse"]], parts=parts, now=NOW, n_nights=12)
    found = compare_variants([variants["coarse"], other], parts=parts, now=NOW, n_nights=12)
    alone = compare_variants([variants["coarse"], other], parts=tmp_path / "empty", now=NOW, n_nights=12)
    assert found.variants[0].measured == alone.variants[0].measured


def test_folds_of_variants_have_one_hash_and_other_incidents_another(prepared: PreparedComparison) -> None:
    tables = prepared.city.tables
    panels = [ready.panel for ready in prepared.ready]
    assert {folds_hash(panel, prepared.folds, tables) for panel in panels} == {prepared.folds_sha256}
    later = replace(panels[0], origins=panels[0].origins + 1)
    assert folds_hash(later, prepared.folds, tables) != prepared.folds_sha256
    assert folds_hash(panels[0], prepared.folds[:-1], tables) != prepared.folds_sha256


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("[codebook]\nmax_unknown_share = 0.1\n", "[codebook]"),
        ("[incidents]\nreporting_delay_hours = 1.0\n", "[incidents]"),
        ('[policy]\nexcluded_offences = ["THEFT"]\n', "[policy] excluded_offences"),
        ("[patrol]\nminutes_per_district = 240.0\n", "[patrol] minutes_per_district"),
        ('[shifts]\nstarts = ["06:00"]\n', "[shifts]"),
    ],
)
def test_variants_on_other_incidents_or_another_budget_are_refused(tmp_path: Path, body: str, told: str) -> None:
    variants = write_variants(tmp_path)
    other = write_variant(variants["coarse"].parent, "other", body)
    with pytest.raises(ConfigError) as refused:
        read_variants([variants["citizen_only"], other])
    assert str(refused.value) == (
        f"tiny_other.toml: {told}: got another than in tiny_citizen_only.toml; variants are compared on the same "
        "incidents, groups, nights and patrol budget; let both extend the same city and leave this key alone"
    )


def test_one_config_or_the_same_twice_is_no_comparison(city: tuple[Path, dict[str, Path]]) -> None:
    root, variants = city
    base = variants["citizen_only"]
    with pytest.raises(UsageError, match="needs two"):
        compare_variants([base], parts=root / "no", now=NOW)
    with pytest.raises(UsageError, match="a config twice"):
        compare_variants([base, base], parts=root / "no", now=NOW)
    with pytest.raises(UsageError, match="at least 12"):
        compare_variants(list(variants.values()), parts=root / "no", now=NOW, n_nights=11)


def test_a_city_without_officer_records_cannot_show_what_they_would_do(tmp_path: Path) -> None:
    variants = write_variants(tmp_path, officers=False)
    chosen = read_variants([variants["citizen_only"], variants["with_enforcement"]])
    with pytest.raises(DataRefusedError, match="variant with_enforcement: got no officer-initiated record"):
        prepare_comparison(chosen, n_nights=12, n_folds=6, now=NOW, progress=Progress())


def test_without_residents_groups_are_not_measured_and_it_says_so(tmp_path: Path) -> None:
    variants = write_variants(tmp_path)
    city = tmp_path / "configs" / "tiny.toml"
    city.write_text(city.read_text().split("[residents]")[0])
    two = [variants["citizen_only"], variants["coarse"]]
    found = compare_variants(two, parts=tmp_path / "parts", now=NOW, n_nights=12)
    assert not [one for one in found.measures if one.group]
    assert any("Groups of residents were not compared" in note for note in found.notes)


def test_a_variant_is_reported_by_what_it_changes_and_never_by_a_path_of_the_machine(tmp_path: Path) -> None:
    variants = write_variants(tmp_path)
    chosen = read_variants(list(variants.values()))
    assert [one.name for one in chosen] == ["citizen_only", "with_enforcement", "coarse"]
    assert chosen[1].change_summary == "adds officer-made records"
    assert chosen[2].changes == {"area.resolution": 7, "model.horizon_days": 7}
    assert changes({"a": {"b": 1}}, {}) == {"a.b": "default"}
    assert changes({"a": {}}, {"a": {"caps": {}}}) == {"a.caps": "on, as by default"}
    assert changes({"a": {"caps": {}}}, {"a": {}}) == {"a.caps": "off"}
    assert str(tmp_path) not in "".join(one.change_summary for one in chosen)
    assert short_names(["one", "two"]) == ["one", "two"]


def test_the_stored_screen_binds_every_variant_that_names_it_and_no_other(tmp_path: Path) -> None:
    variants = write_variants(tmp_path)
    evidence = tmp_path / "configs" / "evidence"
    evidence.mkdir(exist_ok=True)
    (evidence / "tiny.screen.json").write_text(json.dumps({"excluded": {"place_bars": "stands for group_b"}}))
    folder = variants["coarse"].parent
    screened = write_variant(folder, "screened", '[screen]\nstored_for = "tiny"\n')
    larger = write_variant(folder, "larger", '[area]\nresolution = 7\n[screen]\nstored_for = "tiny"\n')
    declared = write_variant(folder, "declared_only", '[screen]\nstored_for = "nothing"\n')
    out = {one.name: "place_bars" in one.admission.names for one in read_variants([screened, larger, declared])}
    assert out == {"screened": False, "larger": False, "declared_only": True}


def test_counting_officer_records_needs_the_comparison(tmp_path: Path) -> None:
    variants = write_variants(tmp_path)
    alone = write_variant(variants["coarse"].parent, "alone", "[policy]\ncomparison_counted = true\n")
    with pytest.raises(ConfigError, match="no run counts officer-initiated records"):
        read_variants([variants["citizen_only"], alone])


def test_only_the_enforcement_variant_is_admitted_for_comparison(city: tuple[Path, dict[str, Path]]) -> None:
    chosen = read_variants(list(city[1].values()))
    assert [admit_variant(one.settings).comparison_only for one in chosen] == [False, True, False]
