"""What is left to chance in a plan, what that costs, and how it is said: on with its price, off with its reason."""

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class ExplorationPlan:
    """How far a plan explores.

    Attributes
    ----------
    half_width : b, cells on each side of the budget's end of which a coin chooses half; ``uniform_cells`` : u, drawn
        from all that rank below them; both per district and shift.
    off : why nothing is left to chance, in the agency's words; "" where it gave no reason.
    best, drawn : incidents expected in the suggested cells, without the draw and on average over draws; None where
        nothing was ranked.
    n_shifts : shifts that these are of.
    from_counts : True where they come from past counts, as `check` has no forecast.
    """

    half_width: int = 0
    uniform_cells: int = 0
    off: str = ""
    best: float | None = None
    drawn: float | None = None
    n_shifts: int = 0
    from_counts: bool = False

    @property
    def on(self) -> bool:
        """True where some cells are left to chance."""
        return bool(self.half_width or self.uniform_cells)

    @property
    def price(self) -> float | None:
        """Expected incidents in suggested cells that the draw gives up on average; None where it is not known."""
        return None if self.best is None or self.drawn is None else self.best - self.drawn

    @property
    def statement(self) -> str:
        """One or two sentences for pages and `check`.

        >>> ExplorationPlan(1, 0, best=4.0, drawn=3.9, n_shifts=3).statement.split(". ")[1]
        'Price: 0.1 of the 4 incidents expected in the suggested cells of 3 shifts (2.5 %), by the forecast.'
        >>> ExplorationPlan(off="the union asked for fixed plans").statement.split(". ")[1]
        'Reason given: the union asked for fixed plans.'
        """
        if not self.on:
            sentence = "No cell is left to chance (exploration is off), so what patrol does cannot be measured."
            return (
                f"{sentence} Reason given: {self.off.rstrip('. ')}." if self.off else f"{sentence} No reason was given."
            )
        band = f"half of the {2 * self.half_width} cells around the end of each district's list are chosen by a coin"
        uniform = f"{self.uniform_cells} of each district's cells are drawn from all below it"
        parts = " and ".join(([band] if self.half_width else []) + ([uniform] if self.uniform_cells else []))
        return f"Exploration: {parts}, so that what patrol does can be measured.{self._price()}"

    def _price(self) -> str:
        if self.price is None or not self.best:
            return ""
        source = "past counts" if self.from_counts else "the forecast"
        shifts = "1 shift" if self.n_shifts == 1 else f"{self.n_shifts} shifts"
        return (
            f" Price: {self.price:.2g} of the {self.best:.3g} incidents expected in the suggested cells of {shifts} "
            f"({100 * self.price / self.best:.1f} %), by {source}."
        )


def exploration_dict(plan: ExplorationPlan) -> dict[str, Any]:
    """The plan as the manifest and `audit.json` hold it; ``off`` is None where it is on or no reason was given."""
    values = {key: value for key, value in asdict(plan).items() if key != "from_counts"}
    return values | {"off": plan.off or None, "price": plan.price, "statement": plan.statement}
