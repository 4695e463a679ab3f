"""An outsider with pandas alone finds every figure of the audit again: in the sample's run folder, and in Chicago's."""

from __future__ import annotations

from pathlib import Path

import pytest
from benchmarks.recompute_audit import count_figures, differences
from tests.acceptance.conftest import ROOT, Sample, patrolcast

CHICAGO = ROOT / "configs" / "chicago.toml"
CRIMES = ROOT.parent / "shared" / "data" / "chicago" / "crimes_2012_2018.parquet"


def test_the_samples_audit_comes_out_again(sample: Sample) -> None:
    assert differences(sample.folder) == []
    assert count_figures(sample.folder) > 500


@pytest.mark.long
@pytest.mark.shared
def test_chicagos_audit_comes_out_again_and_opens_with_its_districts(tmp_path: Path) -> None:
    if not CRIMES.is_file():
        pytest.skip("NOT RUN: ../shared/data/chicago is not there")
    patrolcast("forecast", CHICAGO, "--runs", tmp_path, "--no-publish")  # whatever stops it, the audit is written
    [folder] = [path.parent for path in tmp_path.glob("*/*/audit.json")]
    assert differences(folder) == []
    assert count_figures(folder) > 2000
    assert '<p class="finding"><strong>In district ' in (folder / "audit.html").read_text(encoding="utf-8")
