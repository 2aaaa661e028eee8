"""Local days: the one place where a moment becomes a day of the community."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from server.core.database import now

SHANGHAI = ZoneInfo("Asia/Shanghai")


def day_of(moment: datetime) -> date:
    """Return the day in Asia/Shanghai of an aware moment."""
    return moment.astimezone(SHANGHAI).date()


def today() -> date:
    """Return the present day in Asia/Shanghai."""
    return day_of(now())
