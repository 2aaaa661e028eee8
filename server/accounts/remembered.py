"""What a process remembers of the organisation, for as long as its version and the day stand.

Every request needs the rights of its account and the etag of its directory; both follow from
units, accounts and assignments, which change a few times a day.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeVar

from flask import current_app

from server.core.days import today

Found = TypeVar("Found")
MOST = 20_000  # values; then all are forgotten, and the needed ones worked out again


@dataclass(frozen=True, slots=True)
class Remembered:
    """What was worked out at one version, on one day, by what it is of."""

    version: int
    day: date
    values: dict[Hashable, Any] = field(default_factory=dict)

    def value(self, key: Hashable, work_out: Callable[[], Found]) -> Found:
        """Return the value under the key, worked out where it isn't known yet."""
        if key in self.values:
            found: Found = self.values[key]
            return found
        if len(self.values) >= MOST:
            self.values.clear()
        made = self.values[key] = work_out()
        return made


def remembered(version: int) -> Remembered:
    """Return what the process remembers at the version, which was read before what is worked out.

    Another thread's newer rows may so be remembered under the older version, never the reverse.
    """
    known: Remembered | None = current_app.extensions.get("minqing.remembered")
    if known is None or known.version != version or known.day != today():
        known = current_app.extensions["minqing.remembered"] = Remembered(version, today())
    return known
