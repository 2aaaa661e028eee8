"""The rows that a bench prints: what was measured, beside its bound and its baseline."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median, quantiles
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True)
class Row:
    """One figure. `bound` is the largest good value, the least one where `least` is set."""

    name: str
    value: float
    bound: float
    unit: str
    least: bool = False
    note: str = ""

    @property
    def is_kept(self) -> bool:
        """Whether the value keeps to its bound."""
        return self.value >= self.bound if self.least else self.value <= self.bound

    def __str__(self) -> str:
        sign = "≥" if self.least else "≤"
        kept = "ok  " if self.is_kept else "OVER"
        return f"{kept} {self.value:10.4g} {sign} {self.bound:<8g} {self.unit:<6} {self.name}" + (
            f"  ({self.note})" if self.note else ""
        )


def p50(values: Sequence[float]) -> float:
    """Return the median."""
    return median(values)


def p95(values: Sequence[float]) -> float:
    """Return the 95th percentile; the largest value where there are fewer than three."""
    return quantiles(values, n=20, method="inclusive")[-1] if len(values) > 1 else max(values)
