"""The demonstration's whole community, told once for all the tests that look at it."""

from __future__ import annotations

from datetime import date
from functools import cache

from server.demo.story import Story, tell

TODAY = date(2026, 11, 24)


@cache
def community() -> Story:
    """Return the story of 21 grids."""
    return tell(grids=21, today=TODAY)
