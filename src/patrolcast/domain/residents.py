"""How many residents a group needs before anything is said of it, and of how many of them it must be said."""

from dataclasses import dataclass

LEAST_RESIDENTS = 500.0
"""Fewer residents of a group on the grid are not measured, by the audit and by the screen alike: a dozen people in one
place make that place a stand-in for the group, whatever is measured there. Default of ``[audit] least_residents``."""

LEAST_MEASURED_SHARE = 0.95
"""Of a group's residents that must have counts on the grid; default of ``[audit] least_measured_share``. A twentieth
unseen, with anything from no patrol to twice the others', moves the group's exposure by a twentieth at most: the
difference that `audit/compare` calls too small to matter."""


@dataclass(frozen=True)
class CensusCoverage:
    """How much of a city its census counts are of.

    Attributes
    ----------
    areas, counted : census areas of the layer in the city, those at its border by their part inside; those with counts.
    counted_residents : group or "total" -> residents in the city's areas with counts.
    expected_residents : the same with those of areas that have none, and of land in no area: as stated where a row
        states some of its numbers, else as many as live elsewhere in the city (`grid.interpolate.census_coverage`).
    """

    areas: float
    counted: float
    counted_residents: dict[str, float]
    expected_residents: dict[str, float]

    def share(self, name: str, residents: float | None = None) -> float:
        """Share of a group's expected residents that is counted, or that ``residents`` are, 0..1; 1 of nobody."""
        expected = self.expected_residents[name]
        have = self.counted_residents[name] if residents is None else residents
        return min(have / expected, 1.0) if expected > 0 else 1.0

    @property
    def sentence(self) -> str:
        """In words, for notes: areas and residents in the city."""
        share = f"{100 * self.share('total'):.0f} % of its residents, as estimated"
        return f"{self.counted:,.0f} of {self.areas:,.0f} census areas in the city have counts: {share}"
