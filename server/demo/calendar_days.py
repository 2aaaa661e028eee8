"""Days of visits: working days, evenings and weekends, and the festivals around which people call."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from server.demo.dice import chance, weighted

if TYPE_CHECKING:
    from random import Random

# The lunar festivals by year: Spring Festival, Dragon Boat, Mid-Autumn, Chongyang.
_LUNAR = {
    2024: ((2, 10), (6, 10), (9, 17), (10, 11)),
    2025: ((1, 29), (5, 31), (10, 6), (10, 29)),
    2026: ((2, 17), (6, 19), (9, 25), (10, 18)),
    2027: ((2, 6), (6, 9), (9, 15), (10, 8)),
    2028: ((1, 26), (5, 28), (10, 3), (10, 26)),
    2029: ((2, 13), (6, 16), (9, 22), (10, 16)),
    2030: ((2, 3), (6, 5), (9, 12), (10, 5)),
}
_NAMES = ("spring", "dragon", "autumn", "chongyang")
_BEFORE, _AFTER = {"spring": 14}, {"spring": 3}
_SATURDAY = 5
_PERIODS_WEEKDAY = {"morning": 40, "afternoon": 34, "evening": 26}
_PERIODS_WEEKEND = {"morning": 55, "afternoon": 35, "evening": 10}
HOURS = {"morning": (8, 11), "afternoon": (14, 17), "evening": (18, 20)}


def festival(day: date) -> str:
    """Return the festival whose days these are, or nothing; lunar ones are known until 2030."""
    if date(day.year, 9, 24) <= day <= date(day.year, 10, 1):
        return "national"
    for name, (month, dom) in zip(_NAMES, _LUNAR.get(day.year, ()), strict=False):
        there = date(day.year, month, dom)
        if there - timedelta(days=_BEFORE.get(name, 5)) <= day <= there + timedelta(days=_AFTER.get(name, 1)):
            return name
    return ""


def trip_days(rng: Random, first: date, last: date) -> list[date]:
    """Return a cadre's days out between the two: two to four in every month, most of them working days."""
    found = set[date]()
    start = first
    while start <= last:
        end = min(last, (start.replace(day=1) + timedelta(days=32)).replace(day=1) - timedelta(days=1))
        length = (end - start).days + 1
        # The rule asks for two trips a month; a part of a month has its part of them.
        count = min(length, max(1, round(weighted(rng, {2: 30, 3: 45, 4: 25}) * length / 30)))
        days = [start + timedelta(days=step) for step in range(length)]
        weights = [0.25 if day.weekday() >= _SATURDAY else 1.0 for day in days]
        month = set[date]()
        while len(month) < count:
            month.add(rng.choices(days, weights=weights)[0])
        found |= month
        start = end + timedelta(days=1)
    return sorted(found)


def period_of(rng: Random, day: date) -> str:
    """Return morning, afternoon or evening."""
    return weighted(rng, _PERIODS_WEEKEND if day.weekday() >= _SATURDAY else _PERIODS_WEEKDAY)


def minute_of(rng: Random, period: str) -> int:
    """Return a minute of the day in the period."""
    low, high = HOURS[period]
    return rng.randint(low * 60, high * 60 + 50)


def is_late(rng: Random) -> bool:
    """Return whether a diary is written a day or more after the visit."""
    return chance(rng, 0.07)
