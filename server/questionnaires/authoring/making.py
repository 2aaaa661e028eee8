"""From what was sent to a form: read, checked and converted, with everything found on the way."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from server.questionnaires.authoring.book import Book, of_rows
from server.questionnaires.authoring.check import check
from server.questionnaires.authoring.converting import converted
from server.questionnaires.authoring.findings import Finding, in_order
from server.questionnaires.authoring.reading import is_old, read
from server.questionnaires.authoring.writing import workbook


@dataclass
class Made:
    """A form with its rows; `xform` is None where there is an error.

    `sheet` is the workbook where it isn't the file that was sent: of rows, or of an .xls.
    """

    title: str
    version: str
    rows: dict[str, list[dict[str, str]]]
    findings: list[Finding] = field(default_factory=list)
    xform: str | None = None
    itemsets: str | None = None
    sheet: bytes | None = None

    def as_json(self) -> dict[str, Any]:
        """Return it as the worker hands it back."""
        return {
            "title": self.title,
            "version": self.version,
            "rows": self.rows,
            "findings": [finding.as_json() for finding in self.findings],
            "xform": self.xform,
            "itemsets": self.itemsets,
            "sheet": None if self.sheet is None else self.sheet.hex(),
        }


def made(asked: dict[str, Any], content: bytes) -> Made:
    """Return the form of the rows asked for, or of the file's content."""
    if "rows" in asked:
        book, found = of_rows(asked["rows"], asked.get("name", "")), list[Finding]()
    else:
        book, found = read(content, asked.get("name", ""))
    result = of_book(book, found)
    if result.xform is not None and ("rows" in asked or is_old(content)):
        result.sheet = workbook(book)
    return result


def of_book(book: Book, found: list[Finding]) -> Made:
    """Return the form of the book. Where pyxform says what our own checks said already, ours stands."""
    rows = book.as_rows()
    own = found + check(book)
    result = converted(book)
    known = {(finding.sheet, finding.row) for finding in own if finding.is_error}
    theirs = [one for one in result.findings if not one.row or (one.sheet, one.row) not in known]
    if known and not any(one.row for one in result.findings):
        theirs = [one for one in theirs if not one.is_error]
    findings = in_order(own + theirs)
    is_refused = any(finding.is_error for finding in findings)
    title = book.setting("form_title") or book.setting("title") or book.stem
    xform = None if is_refused else result.xform
    return Made(title, book.setting("version"), rows, findings, xform, result.itemsets)
