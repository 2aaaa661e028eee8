"""A sheet with its columns told apart: rows whose cells are asked for by what they mean."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from server.questionnaires.authoring.book import FIRST_ROW, Sheet
from server.questionnaires.authoring.findings import Finding
from server.questionnaires.authoring.headings import Heading, heading_of


@dataclass(frozen=True)
class Row:
    """A row of a table, not empty; `number` is Excel's."""

    table: Table
    number: int
    cells: dict[str, str]

    def text(self, column: str) -> str:
        """Return the text of the column, in the first language that has one, with single spaces."""
        return next((" ".join(text.split()) for _, text in self.texts(column)), "")

    def texts(self, column: str) -> Iterator[tuple[Heading, str]]:
        """Yield the column's headings and texts in all languages."""
        for heading in self.table.columns.get(column, ()):
            if text := self.cells.get(heading.text):
                yield heading, text

    def finding(  # noqa: PLR0913 - the parts of a finding
        self, column: str, code: str, message: str, mend: str, *, heading: str = "", severity: str = "error"
    ) -> Finding:
        """Return a finding at the row's cell of the column."""
        shown = heading or self.heading(column)
        sheet = self.table.sheet
        place = (sheet.name, self.number, shown)
        return Finding(*place, code, message, mend, sheet.cell(self.number, shown), severity)

    def heading(self, column: str) -> str:
        """Return the heading under which the column stands: the one with text in this row."""
        headings = self.table.columns.get(column, [])
        filled = [heading.text for heading in headings if self.cells.get(heading.text)]
        return next(iter(filled + [heading.text for heading in headings]), column)


class Table:
    """A sheet, with its headings by the columns they mean."""

    def __init__(self, sheet: Sheet) -> None:
        """Tell the columns apart."""
        self.sheet = sheet
        self.columns: dict[str, list[Heading]] = {}
        for text in sheet.letters:
            heading = heading_of(text)
            self.columns.setdefault(heading.column, []).append(heading)
        # A column without a language comes before its translations.
        for headings in self.columns.values():
            headings.sort(key=lambda heading: heading.language != "")

    def rows(self) -> Iterator[Row]:
        """Yield the rows that have anything."""
        for number, cells in enumerate(self.sheet.rows, FIRST_ROW):
            if cells:
                yield Row(self, number, cells)

    def languages(self, column: str) -> list[str]:
        """Return the languages in which the column is written."""
        return [heading.language for heading in self.columns.get(column, ()) if heading.language]
