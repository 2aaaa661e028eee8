"""Rows of a household list: read, checked one by one, every fault reported with its row."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, BinaryIO

from server.contacts.schemas import HouseholdSchema
from server.core.documents import first_error
from server.core.errors import BadInput, TooMuch
from server.imports.grids import Grid, nearest, normal_name
from server.imports.headings import REQUIRED, WITHIN_ROWS, Headings, field_named, find, title
from server.imports.report import RowError
from server.imports.sheet import Cell, Merged, Sheet, opened
from server.imports.values import Refused, parsed

# Four communities' worth. All of it is one transaction, and on SQLite the phones that push
# meanwhile wait for it: it has to end well within their 20 s (core.database.BUSY_TIMEOUT_MS).
MOST_ROWS = 20_000
_FAULTS = {
    "formula": "{address} 是公式（{value}）。请复制这一列，选择性粘贴为“数值”后再导入",
    "error": "{address} 是错误值 {value}，请改正后再导入",
}


@dataclass
class Row:
    """A row of the list: its number and the household's fields; `grid_id` is empty where unknown."""

    number: int
    grid_id: str = ""
    fields: dict[str, Any] = field(default_factory=dict)


@dataclass
class Listed:
    """What the file holds: the rows without fault, the faults, and what is worth a remark."""

    sheet: str = ""
    names: dict[str, str] = field(default_factory=dict)
    count: int = 0
    rows: list[Row] = field(default_factory=list)
    errors: list[RowError] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def read(stream: BinaryIO, grids: list[Grid]) -> Listed:
    """Return what the first sheet with headings holds.

    BadInput for a file that can't be taken at all; TooMuch beyond 20,000 rows, of which no more
    than that are read.
    """
    with opened(stream) as sheets:
        sheet, headings = _sheet_with_headings(sheets)
        checker = _Checker(headings, grids, sheet.merged())
        listed = checker.listed
        listed.sheet = sheet.name
        for cells in sheet.rows():
            if cells[0].row > headings.row:
                checker.take(cells)
        others = [other.name for other in sheets if other is not sheet and _has_headings(other)]
    if others:
        listed.notes.append(f"只导入了工作表“{sheet.name}”；还有：{'、'.join(others)}")
    if headings.ignored:
        listed.notes.append(f"没有用到的列：{'、'.join(headings.ignored[:20])}")
    if not listed.count:
        raise BadInput(f"工作表“{sheet.name}”的表头下面没有住户", field="file")
    return listed


def _sheet_with_headings(sheets: list[Sheet]) -> tuple[Sheet, Headings]:
    refusal: BadInput | None = None
    for sheet in sheets:
        try:
            return sheet, find(_texts(sheet))
        except BadInput as error:
            # The first sheet is the one that people look at.
            refusal = refusal or error
    raise refusal or BadInput("文件里没有可见的工作表", field="file")


def _has_headings(sheet: Sheet) -> bool:
    try:
        find(_texts(sheet))
    except BadInput:
        return False
    return True


def _texts(sheet: Sheet) -> Iterator[tuple[int, dict[int, str]]]:
    for cells in islice(sheet.rows(), WITHIN_ROWS):
        if cells[0].row > WITHIN_ROWS:
            return
        yield cells[0].row, {cell.column: str(cell.value) for cell in cells}


class _Checker:
    """Checks row after row, and remembers what a later row may contradict."""

    def __init__(self, headings: Headings, grids: list[Grid], merged: list[Merged]) -> None:
        self.headings, self.listed = headings, Listed(names=headings.names)
        self.grids = {normal_name(grid.name): grid for grid in grids}
        self.fields = {column: name for name, column in headings.columns.items()}
        self.schema = HouseholdSchema()
        self.codes: dict[tuple[str, str], int] = {}
        self.merged = self._merged(merged)
        self._check_estates(grids)

    def _merged(self, merged: list[Merged]) -> list[Merged]:
        used = set(self.headings.columns.values())
        relevant = [one for one in merged if used & set(range(one.columns[0], one.columns[1] + 1))]
        for one in relevant:
            if one.rows[0] <= self.headings.row <= one.rows[1]:
                raise BadInput(f"表头有合并单元格 {one.name}，请取消合并，表头只占一行", field="file")
        return [one for one in relevant if one.rows[1] > self.headings.row]

    def _check_estates(self, grids: list[Grid]) -> None:
        if "estate" not in self.headings.columns and any(len(grid.estates) != 1 for grid in grids):
            found = "、".join(self.headings.names.values())
            raise BadInput(f"缺少表头：小区。第 {self.headings.row} 行已有：{found}", field="file")

    def take(self, cells: list[Cell]) -> None:
        """Check one row; it is kept where nothing is wrong with it."""
        used = [cell for cell in cells if cell.column in self.fields]
        if not used or self._is_heading_again(used):
            return
        self.listed.count += 1
        if self.listed.count > MOST_ROWS:
            raise TooMuch(
                f"表格超过 {MOST_ROWS} 行，一次最多导入 {MOST_ROWS} 行，请分成几个文件", field="file"
            )
        row = Row(used[0].row)
        before = len(self.listed.errors)
        self._values(row, used)
        self._check_merged(row)
        self._check_required(row, {self.fields[cell.column] for cell in used})
        if len(self.listed.errors) == before:
            self._check_place(row)
        self._check_code(row)
        if len(self.listed.errors) == before:
            self._check_document(row)
        if len(self.listed.errors) == before:
            self.listed.rows.append(row)

    def _is_heading_again(self, cells: list[Cell]) -> bool:
        """Return whether the row repeats the headings, as printed lists do on every page."""
        return all(isinstance(cell.value, str) and field_named(cell.value) for cell in cells)

    def _values(self, row: Row, cells: list[Cell]) -> None:
        for cell in cells:
            name = self.fields[cell.column]
            if cell.fault:
                value = str(cell.value)[:40]
                self._refuse(row, name, _FAULTS[cell.fault].format(address=cell.address, value=value))
                continue
            try:
                value = parsed(name, cell.value)
            except Refused as refusal:
                self._refuse(row, name, f"{cell.address} {refusal}")
            else:
                if value not in ("", []):
                    row.fields[name] = value

    def _check_merged(self, row: Row) -> None:
        for one in self.merged:
            if one.rows[0] <= row.number <= one.rows[1]:
                name = next(
                    field
                    for field, at in self.headings.columns.items()
                    if one.columns[0] <= at <= one.columns[1]
                )
                self._refuse(row, name, f"{one.name} 是合并单元格，请取消合并，并在每一行都填写")

    def _check_required(self, row: Row, given: set[str]) -> None:
        for name in REQUIRED:
            # What is there but faulty has been reported already.
            if name not in row.fields and name not in given:
                self._refuse(row, name, f"缺少{title(name)}")

    def _check_place(self, row: Row) -> None:
        name = row.fields.get("grid", "")
        grid = self.grids.get(normal_name(name))
        if grid is None:
            names = [known.name for known in self.grids.values()]
            self._refuse(row, "grid", f"本社区没有网格“{name[:30]}”{nearest(name, names)}")
            return
        row.grid_id = grid.id
        row.fields.pop("grid")
        self._check_estate(row, grid)

    def _check_estate(self, row: Row, grid: Grid) -> None:
        given = row.fields.get("estate")
        if given is None:
            if len(grid.estates) == 1:
                row.fields["estate"] = grid.estates[0]
            else:
                self._refuse(
                    row, "estate", f"缺少小区（{grid.name}有 {'、'.join(grid.estates) or '未登记的小区'}）"
                )
            return
        known = {normal_name(name): name for name in grid.estates}
        if known and normal_name(given) not in known:
            hint = nearest(given, list(known.values()))
            self._refuse(
                row, "estate", f"{grid.name}没有小区“{given[:30]}”{hint}。新的小区请先在“组织”里添加"
            )
            return
        row.fields["estate"] = known.get(normal_name(given), given)

    def _check_code(self, row: Row) -> None:
        code = row.fields.get("house_code")
        if code is None:
            return
        key = (row.grid_id, code)
        if (first := self.codes.setdefault(key, row.number)) != row.number:
            self._refuse(row, "house_code", f"户号“{code[:30]}”重复：第 {first} 行和第 {row.number} 行")

    def _check_document(self, row: Row) -> None:
        if found := first_error(self.schema, row.fields):
            self._refuse(row, *found)

    def _refuse(self, row: Row, name: str, message: str) -> None:
        column = self.headings.names.get(
            name, title(name) if name in self.headings.columns or name in REQUIRED else name
        )
        self.listed.errors.append(RowError(row.number, column, message))
