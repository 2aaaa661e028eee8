"""The workbook of a form's rows, to be downloaded, edited in Excel and uploaded again."""

from __future__ import annotations

from io import BytesIO

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell

from server.questionnaires.authoring.book import Book


def workbook(book: Book) -> bytes:
    """Return an .xlsx of the book's sheets; every cell is text, so that none is taken for a formula."""
    made, stream = Workbook(write_only=True), BytesIO()
    for sheet in book.sheets.values():
        page = made.create_sheet(sheet.name)
        headings = list(sheet.letters)
        for line in [dict(zip(headings, headings, strict=True)), *sheet.rows]:
            cells = [WriteOnlyCell(page, line.get(heading)) for heading in headings]
            for cell in cells:
                cell.data_type = "s" if cell.value is not None else cell.data_type
            page.append(cells)
    made.save(stream)
    return stream.getvalue()
