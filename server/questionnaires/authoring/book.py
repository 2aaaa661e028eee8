"""A form as it is written: sheets of rows, whether they came from a spreadsheet or from the builder.

Rows are kept as the author wrote them, empty ones too, so that a row's number is Excel's.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from openpyxl.utils import get_column_letter

SHEETS = ("survey", "choices", "settings", "external_choices", "entities", "osm")
FIRST_ROW = 2  # beneath the headings
Cells = dict[str, str]


@dataclass
class Sheet:
    """The rows of one sheet, each with its cells by heading; `letters` are the columns of headings."""

    name: str
    rows: list[Cells] = field(default_factory=list)
    letters: dict[str, str] = field(default_factory=dict)

    def cell(self, row: int, heading: str) -> str:
        """Return Excel's name of the place: B7; nothing where the heading isn't there."""
        letter = self.letters.get(heading, "")
        return f"{letter}{row}" if letter and row else ""

    def text(self, row: int, heading: str) -> str:
        """Return what stands in the cell."""
        at = row - FIRST_ROW
        return self.rows[at].get(heading, "") if 0 <= at < len(self.rows) else ""


@dataclass
class Book:
    """All sheets of a form that mean something, by their names; `others` are the names of the rest."""

    sheets: dict[str, Sheet] = field(default_factory=dict)
    others: list[str] = field(default_factory=list)
    stem: str = ""

    def sheet(self, name: str) -> Sheet:
        """Return the sheet; an empty one where it isn't there."""
        return self.sheets.get(name) or Sheet(name)

    def setting(self, name: str) -> str:
        """Return a value of the sheet `settings`, whose one row holds all."""
        rows = self.sheet("settings").rows
        return next((str(row[name]) for row in rows[:1] if row.get(name)), "")

    def as_rows(self) -> dict[str, list[Cells]]:
        """Return the rows as they are stored and edited."""
        return {name: sheet.rows for name, sheet in self.sheets.items()}

    def for_pyxform(self) -> dict[str, Any]:
        """Return what pyxform takes in place of a file; the rows are copies, for it changes them."""
        made: dict[str, Any] = {"sheet_names": [*self.sheets, *self.others], "fallback_form_name": self.stem}
        for name, sheet in self.sheets.items():
            made[name] = [dict(row) for row in sheet.rows]
            made[f"{name}_header"] = [dict.fromkeys(sheet.letters)]
        return made


def of_rows(rows: dict[str, list[Cells]], stem: str = "") -> Book:
    """Return the book of rows that came from the builder; columns stand in the order of the first use."""
    book = Book(stem=stem)
    for name in SHEETS:
        if name in rows:
            headings = ordered(heading for row in rows[name] for heading in row)
            letters = {heading: get_column_letter(at) for at, heading in enumerate(headings, 1)}
            filled = [{key: value for key, value in row.items() if value.strip()} for row in rows[name]]
            book.sheets[name] = Sheet(name, filled, letters)
    return book


def ordered(values: Iterable[str]) -> list[str]:
    """Return the values once each, in the order of their first use."""
    return list(dict.fromkeys(values))
