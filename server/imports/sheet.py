"""The sheet: rows of cells, read one by one, with formulas, errors and merged ranges told apart."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, BinaryIO
from zipfile import ZipFile

import openpyxl
from openpyxl.utils import get_column_letter, range_boundaries

from server.core import package
from server.core.errors import BadInput, MinqingError

MOST_COLUMNS = 100
_CHUNK = 1 << 16
_OVERLAP = 200
_MERGED = re.compile(rb"<(?:\w+:)?mergeCell\s+ref=[\"']([A-Z]{1,3}\d{1,7}:[A-Z]{1,3}\d{1,7})[\"']")
Value = str | int | float | bool | date | time | timedelta


@dataclass(frozen=True)
class Cell:
    """A cell with something in it; `column` 0 is A. `fault` is `formula` or `error`."""

    row: int
    column: int
    value: Value
    fault: str = ""

    @property
    def address(self) -> str:
        """Return the cell's name: B7."""
        return f"{get_column_letter(self.column + 1)}{self.row}"


@dataclass(frozen=True)
class Merged:
    """A merged range: its name, and its rows and columns (0 is A), both inclusive."""

    name: str
    rows: tuple[int, int]
    columns: tuple[int, int]


class Sheet:
    """One worksheet of an open workbook."""

    def __init__(self, source: Any, stream: BinaryIO) -> None:  # noqa: ANN401 - openpyxl's read-only sheet has no types
        """Keep the worksheet and the file it stands in."""
        self.source, self.stream = source, stream
        self.name: str = source.title
        # The dimension that a file states may be wrong, and would silently cut rows off.
        source.reset_dimensions()

    def rows(self) -> Iterator[list[Cell]]:
        """Yield the cells of each row that has any, in their order."""
        with _readable():
            for cells in self.source.iter_rows(max_col=MOST_COLUMNS):
                if row := [made for cell in cells if cell.value is not None and (made := _cell(cell))]:
                    yield row

    def merged(self) -> list[Merged]:
        """Return the merged ranges; the read-only reader passes them over, so the part is searched."""
        found: dict[str, Merged] = {}
        part = self.source._worksheet_path  # noqa: SLF001 - openpyxl publishes it nowhere else
        with ZipFile(self.stream) as archive, archive.open(part) as opened:
            tail = b""
            while chunk := opened.read(_CHUNK):
                for match in _MERGED.finditer(tail + chunk):
                    name = match[1].decode()
                    left, top, right, bottom = range_boundaries(name)
                    found[name] = Merged(
                        name, (int(top or 0), int(bottom or 0)), (int(left or 0) - 1, int(right or 0) - 1)
                    )
                tail = (tail + chunk)[-_OVERLAP:]
        return list(found.values())


@contextmanager
def opened(stream: BinaryIO) -> Iterator[list[Sheet]]:
    """Yield the visible sheets of the workbook; BadInput where it isn't one that can be read."""
    package.check(stream)
    with _readable():
        book = openpyxl.load_workbook(stream, read_only=True, data_only=False, keep_links=False)
    try:
        yield [Sheet(sheet, stream) for sheet in book.worksheets if sheet.sheet_state == "visible"]
    finally:
        book.close()


@contextmanager
def _readable() -> Iterator[None]:
    """Turn whatever openpyxl stumbles over into BadInput; what it only mutters about is nothing."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    except MinqingError:
        raise
    except GeneratorExit:
        raise
    except Exception as error:
        message = "读不懂这个表格，文件可能已损坏。请用 Excel 或 WPS 打开并另存后再导入"
        raise BadInput(message, code="bad_file", field="file") from error


def _cell(cell: Any) -> Cell | None:  # noqa: ANN401 - openpyxl's cell, which has no public type here
    value = cell.value
    at = (int(cell.row), int(cell.column) - 1)
    if cell.data_type == "f":
        text = value if isinstance(value, str) else str(getattr(value, "text", "") or "=…")
        return Cell(*at, text, "formula")
    if cell.data_type == "e":
        return Cell(*at, str(value), "error")
    if isinstance(value, str) and not value.strip(" \t\r\n\u3000\xa0"):
        return None
    if isinstance(value, datetime) and value.time() == time():
        return Cell(*at, value.date())
    return Cell(
        *at, value if isinstance(value, (str, int, float, bool, date, time, timedelta)) else str(value)
    )
