"""The report of an import: what was done, and every bad row with its reason."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True, order=True)
class RowError:
    """What is wrong with a row (as Excel counts), in which column."""

    row: int
    column: str
    message: str


@dataclass
class ImportReport:
    """The numbers of households; `kept` are cadres' own edits that an unchanged list left alone.

    `moved` are those that stood in another grid, also counted as updated or unchanged.
    `conflicts` are fields that both the list and a cadre changed: both values are kept, and a
    person settles them. `refused` says that bad rows kept the whole file out.
    """

    sheet: str = ""
    rows: int = 0
    imported: int = 0
    created: int = 0
    moved: int = 0
    updated: int = 0
    unchanged: int = 0
    kept: int = 0
    conflicts: int = 0
    skipped: int = 0
    dry_run: bool = False
    refused: bool = False
    notes: list[str] = field(default_factory=list)
    errors: list[RowError] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """Return the report as the API answers it."""
        return asdict(self)
