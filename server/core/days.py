"""Local days: the one place where a moment becomes a day of the community."""

from __future__ import annotations

from datetime import date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from server.core.database import now

SHANGHAI = ZoneInfo("Asia/Shanghai")


def day_of(moment: datetime) -> date:
    """Return the day in Asia/Shanghai of an aware moment."""
    return moment.astimezone(SHANGHAI).date()


def today() -> date:
    """Return the present day in Asia/Shanghai."""
    # Its offset is a whole number of hours, so the day is the same all through an hour.
    return _day_of_hour(int(now().timestamp()) // 3600)


@lru_cache(maxsize=4)
def _day_of_hour(hours: int) -> date:
    return datetime.fromtimestamp(hours * 3600, SHANGHAI).date()
