"""Reading a spreadsheet into a book, within limits, with what can't be read as findings.

Text of cells is pyxform's own reading of them (whole numbers without a point, no hard spaces).
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from io import BytesIO
from itertools import islice
from typing import Any
from zipfile import ZipFile

import openpyxl
import xlrd
from openpyxl.utils import get_column_letter
from pyxform.xls2json_backends import xls_value_to_unicode, xlsx_value_to_str

from server.core import package
from server.core.errors import BadInput, MinqingError
from server.questionnaires.authoring.book import FIRST_ROW, SHEETS, Book, Sheet
from server.questionnaires.authoring.findings import Finding
from server.questionnaires.authoring.limits import MOST_COLUMNS, MOST_ROWS, MOST_TEXT

EMPTY_ROWS = 60  # after so many, nothing more is looked for
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_FORMULA = re.compile(rb"<(?:\w+:)?f[ >/]")
_SPACES = re.compile(r" +")
ERRORS = ("#REF!", "#NAME?", "#VALUE!", "#DIV/0!", "#N/A", "#NULL!", "#NUM!")
Line = list[str]


@dataclass
class Reader:
    """What has been read so far, and what was found."""

    book: Book = field(default_factory=Book)
    findings: list[Finding] = field(default_factory=list)

    def take(self, name: str, lines: Iterable[Line]) -> None:
        """Read the lines of a sheet, the first of which are its headings."""
        known = name.strip().lower()
        if known not in SHEETS:
            self.book.others.append(name)
            return
        source = iter(lines)
        sheet = Sheet(known)
        at = self.headings(sheet, next(source, []))
        self.book.sheets[known] = sheet
        for number, line in enumerate(islice(source, MOST_ROWS + 1), FIRST_ROW):
            if number > MOST_ROWS:
                self.too_much(known, "行", MOST_ROWS)
                return
            row = {at[column]: text for column, text in enumerate(line) if text and column in at}
            sheet.rows.append(row)
            self.check(sheet, number, row)
            if not row and not any(sheet.rows[-EMPTY_ROWS:]) and len(sheet.rows) > EMPTY_ROWS:
                break
        while sheet.rows and not sheet.rows[-1]:
            sheet.rows.pop()

    def headings(self, sheet: Sheet, line: Line) -> dict[int, str]:
        """Return the heading of each column that has one; the same one twice is found."""
        at: dict[int, str] = {}
        for column, text in enumerate(line):
            heading = _SPACES.sub(" ", text.strip())
            if not heading:
                continue
            letter = get_column_letter(column + 1)
            if heading in sheet.letters:
                first = sheet.letters[heading]
                message = f"列名“{heading}”出现两次 ({first} 列和 {letter} 列)"
                place = (sheet.name, 1, heading, "duplicate_column")
                self.findings.append(
                    Finding(*place, message, "请删除其中一列, 或改成不同的列名", f"{letter}1")
                )
            elif len(at) == MOST_COLUMNS:
                self.too_much(sheet.name, "列", MOST_COLUMNS)
                break
            else:
                sheet.letters[heading] = letter
                at[column] = heading
        return at

    def check(self, sheet: Sheet, number: int, row: dict[str, str]) -> None:
        """Find cells that hold an error of Excel, or too much text."""
        for heading, text in row.items():
            place = (sheet.name, number, heading)
            cell = sheet.cell(number, heading)
            if text in ERRORS:
                message = f"单元格里是 Excel 的错误值 {text}"
                self.findings.append(Finding(*place, "cell_error", message, "请改成文字或数字", cell))
            elif len(text) > MOST_TEXT:
                message = f"文字超过 {MOST_TEXT} 个字"
                self.findings.append(Finding(*place, "cell_too_long", message, "请缩短", cell))

    def too_much(self, sheet: str, what: str, most: int) -> None:
        """Find that the sheet is larger than the limit."""
        message = f"工作表 {sheet} 超过 {most} {what}"
        mend = f"请删除没有用到的{what}后再上传"
        self.findings.append(Finding(sheet, 0, "", "too_much", message, mend))


def read(content: bytes, name: str) -> tuple[Book, list[Finding]]:
    """Return the book of an .xlsx or .xls file, and what was found on the way.

    BadInput where it is neither, and TooMuch where it can't be small, before anything is unpacked.
    """
    reader = Reader()
    reader.book.stem = name.rpartition("/")[2].rpartition(".")[0] or name
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            read_old(content, reader) if is_old(content) else read_new(content, reader)
        except MinqingError:
            raise
        except Exception as error:
            message = "读不懂这个表格, 文件可能已损坏。请用 Excel 或 WPS 打开并另存后再上传"
            raise BadInput(message, code="bad_file", field="file") from error
    return reader.book, reader.findings


def is_old(content: bytes) -> bool:
    """Return whether it is an .xls, whatever its name; one with a password is refused by `package`."""
    return content.startswith(OLE) and "EncryptedPackage".encode("utf-16-le") not in content


def read_new(content: bytes, reader: Reader) -> None:
    """Read an .xlsx or .xlsm."""
    package.check(BytesIO(content))
    book = openpyxl.load_workbook(BytesIO(content), read_only=True, data_only=True, keep_links=False)
    try:
        for sheet in book.worksheets:
            sheet.reset_dimensions()  # what the file states may cut rows off
            name = sheet.title if len(book.worksheets) > 1 else SHEETS[0]
            reader.take(name, ([text_of(value) for value in row] for row in values_of(sheet)))
    finally:
        book.close()
    find_formulas(content, reader)


def values_of(sheet: Any) -> Iterator[tuple[Any, ...]]:  # noqa: ANN401 - openpyxl's read-only sheet has no types
    """Yield the values of each row; columns beyond the limit and one are never made."""
    yield from sheet.iter_rows(max_col=MOST_COLUMNS * 2, values_only=True)


def read_old(content: bytes, reader: Reader) -> None:
    """Read an .xls."""
    book = xlrd.open_workbook(file_contents=content, on_demand=True)
    for name in book.sheet_names():
        sheet = book.sheet_by_name(name)
        reader.take(
            name if book.nsheets > 1 else SHEETS[0],
            ([old_text(cell, book.datemode) for cell in row] for row in sheet.get_rows()),
        )
        book.unload_sheet(name)


def text_of(value: object) -> str:
    """Return the text of a cell."""
    if value is None or (isinstance(value, str) and not value.strip()):
        return ""
    return str(xlsx_value_to_str(value)).strip()


def old_text(cell: Any, datemode: int) -> str:  # noqa: ANN401 - xlrd has no types
    """Return the text of an .xls's cell."""
    if cell.ctype == xlrd.XL_CELL_ERROR:
        return str(xlrd.error_text_from_code.get(cell.value, ERRORS[0]))
    value = cell.value.strip() if isinstance(cell.value, str) else cell.value
    if value in ("", None):
        return ""
    return str(xls_value_to_unicode(value, cell.ctype, datemode)).strip()


def find_formulas(content: bytes, reader: Reader) -> None:
    """Find formulas whose results aren't stored: pyxform, and we, would read nothing there.

    A program stores either all results or none; one that is stored and empty is meant.
    """
    with ZipFile(BytesIO(content)) as parts:
        sheets = [name for name in parts.namelist() if name.startswith("xl/worksheets/")]
        if not any(_FORMULA.search(parts.read(name)) for name in sheets):
            return
    book = openpyxl.load_workbook(BytesIO(content), read_only=True, data_only=False, keep_links=False)
    places = [place for source in book.worksheets for place in formulas_of(source, reader.book)]
    book.close()
    if any(sheet.text(number, heading) for sheet, number, heading in places):
        return
    message = "单元格里是公式, 没有保存结果"
    mend = "请复制该列, 用“选择性粘贴 → 数值”粘贴回去, 保存后再上传"
    for sheet, number, heading in places:
        cell = sheet.cell(number, heading)
        reader.findings.append(Finding(sheet.name, number, heading, "formula", message, mend, cell))


def formulas_of(source: Any, book: Book) -> Iterator[tuple[Sheet, int, str]]:  # noqa: ANN401 - openpyxl's sheet
    """Yield the sheet, row and heading of each formula that stands under a heading."""
    sheet = book.sheets.get(source.title.strip().lower())
    if sheet is None:
        return
    headings = {letter: heading for heading, letter in sheet.letters.items()}
    for row in source.iter_rows(max_col=MOST_COLUMNS, max_row=len(sheet.rows) + 1):
        for cell in row:
            heading = headings.get(get_column_letter(cell.column)) if cell.data_type == "f" else None
            if heading:
                yield sheet, cell.row, heading
