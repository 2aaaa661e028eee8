"""Seeded helpers: the same generator gives the same ids, choices and shares."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar
from uuid import UUID

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime
    from random import Random

T = TypeVar("T")


def uuid_at(rng: Random, moment: datetime) -> str:
    """Return a UUIDv7 (RFC 9562, 2024) of the moment whose random bits come from `rng`."""
    milliseconds = int(moment.timestamp() * 1000) & ((1 << 48) - 1)
    value = milliseconds << 80 | 0x7 << 76 | rng.getrandbits(12) << 64 | 0b10 << 62 | rng.getrandbits(62)
    return str(UUID(int=value))


def weighted(rng: Random, weights: Mapping[T, float]) -> T:
    """Return one of the keys, as often as its weight says."""
    return rng.choices(list(weights), weights=list(weights.values()))[0]


def shares(rng: Random, total: int, parts: int, low: int, high: int) -> list[int]:
    """Return `parts` whole numbers in [low, high] whose sum is `total`.

    ValueError where that can't be.
    """
    if not low * parts <= total <= high * parts:
        msg = f"{total} can't be shared among {parts} parts of {low} to {high}"
        raise ValueError(msg)
    sizes = [rng.randint(low, high) for _ in range(parts)]
    while (missing := total - sum(sizes)) != 0:
        at = rng.randrange(parts)
        step = (
            max(low - sizes[at], min(high - sizes[at], missing, 9))
            if missing > 0
            else max(low - sizes[at], missing, -9)
        )
        sizes[at] += step
    return sizes


def chance(rng: Random, probability: float) -> bool:
    """Return True as often as the probability says."""
    return rng.random() < probability


def some(rng: Random, items: Sequence[T], at_most: int) -> list[T]:
    """Return one to `at_most` different items, in their order."""
    count = rng.randint(1, min(at_most, len(items)))
    picked = set(rng.sample(range(len(items)), count))
    return [item for index, item in enumerate(items) if index in picked]
