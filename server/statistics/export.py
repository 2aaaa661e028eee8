"""Tables of a questionnaire as XLSX and as CSV: one row a choice."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from io import BytesIO, StringIO

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font

from server.statistics.rules import LEAST
from server.statistics.tables import QuestionTable

HEADINGS = ("题目", "选项", "份数", "占全部答卷 %", "平均名次", "说明")
WIDTHS = (44, 28, 10, 14, 10, 40)
HIDDEN = f"少于 {LEAST}，或会泄露少于 {LEAST} 的数"
Value = str | int | float | None


def xlsx(title: str, tables: Sequence[QuestionTable]) -> bytes:
    """Return a workbook with one sheet 统计."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("统计")
    for column, width in zip("ABCDEF", WIDTHS, strict=True):
        sheet.column_dimensions[column].width = width
    sheet.freeze_panes = "A3"
    for number, row in enumerate([(title,), HEADINGS, *_rows(tables)]):
        cells = []
        for value in row:
            cell = WriteOnlyCell(sheet, value)
            if isinstance(value, str):
                cell.data_type = "s"  # what a resident wrote is never a formula
                cell.alignment = Alignment(wrap_text=True, vertical="top")
            if number <= 1:
                cell.font = Font(bold=True)
            cells.append(cell)
        sheet.append(cells)
    packed = BytesIO()
    book.save(packed)
    return packed.getvalue()


def csv_text(tables: Sequence[QuestionTable]) -> str:
    """Return the same rows as CSV, with the mark by which spreadsheets know UTF-8."""
    out = StringIO()
    writer = csv.writer(out)
    for row in (HEADINGS, *_rows(tables)):
        writer.writerow([_harmless(value) for value in row])
    return f"\ufeff{out.getvalue()}"


def _harmless(value: Value) -> Value:
    """Return text that no spreadsheet takes for a formula."""
    return f"'{value}" if isinstance(value, str) and value[:1] in {"=", "+", "-", "@", "\t", "\r"} else value


def _rows(tables: Sequence[QuestionTable]) -> Iterator[tuple[Value, ...]]:
    for table in tables:
        label, places = table.question.label, dict(table.places)
        answered = "" if table.answered is None else f"{table.answered} 人作答"
        note = f"共 {table.total} 份答卷" + (f"，{answered}" if answered else "")
        if summary := table.summary:
            low, middle, high = summary.quartiles
            note += f"；平均 {summary.mean:g}，中位数 {middle:g}，四分位 {low:g}–{high:g}"
        yield (label, "", None, None, None, note)
        for line in table.lines:
            hidden = HIDDEN if line.count is None else ""
            yield (label, line.label, line.count, line.share, places.get(line.value), hidden)
