"""Numbers that were answered: bins of round width, mean and quartiles."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from math import floor, isfinite, log10
from statistics import quantiles

MOST_BINS = 7


@dataclass(frozen=True)
class Summary:
    """How many, mean and quartiles."""

    count: int
    mean: float
    quartiles: tuple[float, float, float]

    @classmethod
    def of(cls, numbers: Sequence[float]) -> Summary:
        """Return it of two or more numbers."""
        low, middle, high = (round(one, 2) for one in quantiles(numbers, n=4, method="inclusive"))
        return cls(len(numbers), round(sum(numbers) / len(numbers), 2), (low, middle, high))


@dataclass(frozen=True)
class Bins:
    """Bins between the edges; the first has what is less than all, the last what isn't."""

    edges: tuple[float, ...]

    @classmethod
    def of(cls, numbers: Sequence[float]) -> Bins:
        """Return bins of one round width: 1, 2 or 5 times a power of ten; few suffice for nine of ten."""
        if not numbers:
            return cls(())
        ordered = sorted(numbers)
        low, high = ordered[len(ordered) // 20], ordered[-1 - len(ordered) // 20]
        width = _round_up((high - low) / (MOST_BINS - 2))
        first = (floor(low / width) + 1) * width
        count = min(MOST_BINS - 1, max(1, floor((high - first) / width) + 1))
        return cls(tuple(round(first + at * width, 9) for at in range(count)))

    def place(self, number: float) -> int:
        """Return the number's bin, from 0."""
        return bisect_right(self.edges, number)

    @property
    def labels(self) -> list[str]:
        """Return a label for each bin, in their order; none where there are no numbers."""
        if not self.edges:
            return []
        inner = [f"{low:g} 至不足 {high:g}" for low, high in zip(self.edges, self.edges[1:], strict=False)]
        return [f"不足 {self.edges[0]:g}", *inner, f"{self.edges[-1]:g} 及以上"]


def number_of(text: str) -> list[float]:
    """Return the number that the text is; nothing where it is none."""
    try:
        number = float(text)
    except ValueError:
        return []
    return [number] if isfinite(number) else []


def _round_up(least: float) -> float:
    """Return the smallest round width that isn't less; 1 where there is no spread."""
    if least <= 0:
        return 1
    power = 10.0 ** floor(log10(least))
    return next(size * power for size in (1, 2, 5, 10) if size * power >= least * (1 - 1e-9))
