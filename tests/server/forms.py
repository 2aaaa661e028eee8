"""Forms for the tests of authoring, as their authors would save them."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any

import xlsxwriter

from server.questionnaires.authoring import making

ROOT = Path(__file__).resolve().parents[2]
REAL = ROOT.parent / "shared" / "forms"  # real questionnaires beside the project, where they are there
Rows = list[list[Any]]
SURVEY: Rows = [
    ["type", "name", "label", "relevant"],
    ["select_one yes_no", "lives_here", "您住在本社区吗?", ""],
    ["integer", "years", "住了几年?", "${lives_here} = 'yes'"],
    ["select_multiple needs", "needs", "您需要什么?", ""],
]
CHOICES: Rows = [
    ["list_name", "name", "label"],
    ["yes_no", "yes", "是"],
    ["yes_no", "no", "否"],
    ["needs", "lift", "加装电梯"],
    ["needs", "parking", "停车"],
]
SETTINGS: Rows = [["form_title", "form_id"], ["居民需求", "needs"]]


def workbook(**sheets: Rows) -> bytes:
    """Return an .xlsx with the sheets."""
    stream = BytesIO()
    book = xlsxwriter.Workbook(stream, {"strings_to_formulas": False})
    for name, rows in sheets.items():
        sheet = book.add_worksheet(name)
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    book.close()
    return stream.getvalue()


def good(**changes: Rows) -> bytes:
    """Return the good form, with some of its sheets replaced."""
    return workbook(**{"survey": SURVEY, "choices": CHOICES, "settings": SETTINGS} | changes)


def rows_of(**sheets: Rows) -> dict[str, list[dict[str, str]]]:
    """Return sheets as the builder sends them."""
    return {name: [dict(zip(rows[0], row, strict=True)) for row in rows[1:]] for name, rows in sheets.items()}


def survey(*rows: dict[str, str], choices: Rows = CHOICES) -> making.Made:
    """Return what is made of the rows of a survey."""
    asked = {"rows": {"survey": list(rows)} | rows_of(choices=choices, settings=SETTINGS)}
    return making.made(asked, b"")


def errors(made: making.Made) -> set[tuple[str, int, str, str]]:
    """Return sheet, row, column and code of each error."""
    return {(one.sheet, one.row, one.column, one.code) for one in made.findings if one.is_error}
