"""A change: what somebody wrote into the demonstration's history, before it is an op."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from collections.abc import Mapping

ZONE = ZoneInfo("Asia/Shanghai")
MINUTES_EAST = 480
# What must be there before what: a review reads a diary that exists.
WRITTEN, REVIEWED, CORRECTED, READ_AGAIN = range(4)


@dataclass(frozen=True)
class Change:
    """One op to be: `author` is a login, `grid` the index of the grid, `kind` as in sync/SPEC.md."""

    author: str
    type: str
    rid: str
    grid: int
    kind: str
    fields: Mapping[str, Any]
    wall: datetime
    phase: int = WRITTEN


def moment(day: date, minute: int) -> datetime:
    """Return the minute of the day in Asia/Shanghai as an aware datetime."""
    return datetime(day.year, day.month, day.day, tzinfo=ZONE) + timedelta(minutes=minute)


def instant(when: datetime) -> str:
    """Return the moment as records carry it: `2026-11-24T09:30:00Z`."""
    return when.astimezone(ZoneInfo("UTC")).strftime("%Y-%m-%dT%H:%M:%SZ")


def filled(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields without the empty ones; False and 0 are values."""
    return {name: value for name, value in fields.items() if value not in ("", None, [])}
