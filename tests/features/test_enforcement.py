"""Features of officer-initiated records: declared as such, never admitted by a policy, made like the citizens' ones."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse

from patrolcast.domain.errors import ProhibitedDataError
from patrolcast.domain.matrix import Admission, AdmittedFeature, ComparisonPermit
from patrolcast.domain.provenance import Provenance
from patrolcast.features.enforcement import admit_for_comparison, enforcement_features, enforcement_makers


def test_every_one_is_declared_officer_initiated_and_none_can_be_admitted() -> None:
    specs = enforcement_features()
    assert {spec.provenance for spec in specs} == {Provenance.OFFICER}
    for spec in specs:
        with pytest.raises(ProhibitedDataError, match="officer-initiated, census and unknown provenance never reach"):
            AdmittedFeature(spec, "by mistake")


def test_with_a_permit_they_are_compared_and_the_admission_says_so() -> None:
    admission = admit_for_comparison(Admission((), ()), ComparisonPermit("a test"))
    assert admission.names == (
        "enforcement_28d", "enforcement_91d", "enforcement_365d", "enforcement_all", "enforcement_ring1_365d"
    )  # fmt: skip
    assert admission.comparison_only


def test_values_are_records_per_day_here_and_next_door() -> None:
    known = np.zeros((400, 2), dtype=np.uint16)
    known[399, 0] = 28
    ring = sparse.csr_array(np.array([[0, 1], [1, 0]], dtype=np.float32))
    makers = enforcement_makers(known, ring, first=399)
    assert list(makers) == [spec.name for spec in enforcement_features()]
    for days in (28, 91, 365):
        weights = (1 - 0.5 ** (400 / days)) / (1 - 0.5 ** (1 / days))
        assert makers[f"enforcement_{days}d"]().tolist() == [pytest.approx([28 / weights, 0.0], rel=1e-5)]
    assert makers["enforcement_all"]().tolist() == [pytest.approx([28 / 400, 0.0])]
    assert makers["enforcement_ring1_365d"]().tolist() == [pytest.approx([0.0, 28 / weights], rel=1e-5)]
