"""Files that can't be taken as they are: each is refused with what is wrong and what to do."""

from __future__ import annotations

import zipfile
from io import BytesIO
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
import xlsxwriter

from server.core import package
from server.core.errors import BadInput, TooMuch
from server.imports import rows
from tests.server.spreadsheets import HEADINGS, ROW, book, row, run, told

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask
    from openpyxl.worksheet.worksheet import Worksheet

pytestmark = pytest.mark.usefixtures("org")
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def archive(**parts: bytes) -> bytes:
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in parts.items():
            made.writestr(name, content)
    return stream.getvalue()


def by_hand(fill: Callable[[Worksheet], object]) -> BytesIO:
    """Return a file with headings and one good row, and what `fill` does to the sheet."""
    made = openpyxl.Workbook()
    sheet = made.active
    assert sheet is not None
    sheet.append(HEADINGS)
    sheet.append(ROW)
    fill(sheet)
    stream = BytesIO()
    made.save(stream)
    stream.seek(0)
    return stream


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "文件是空的"),
        (OLE + bytes(600), "这是旧版 .xls 格式（即使文件名写成 .xlsx）。请用 Excel 或 WPS 打开，另存为"),
        (OLE + bytes(600) + "EncryptedPackage".encode("utf-16-le"), "文件设了打开密码，请取消密码"),
        ("网格,户号\n第一网格,1\n".encode(), "这是文本或 CSV 文件"),
        ("网格,户号\n第一网格,1\n".encode("gb18030"), "这是文本或 CSV 文件"),
        (b"<html><table><tr><td>1</td></tr></table>", "这是网页或 XML 文件"),
        (b"%PDF-1.7\n", "这是 PDF 文件"),
        (b"\x7fELF\0\0\0", "不是 Excel 表格"),
        (b"PK\x03\x04" + bytes(100), "文件不完整或已损坏"),
        (book([ROW]).getvalue()[:-400], "文件不完整或已损坏"),
        (archive(**{"readme.txt": b"x"}), "这是压缩包，不是 Excel 表格"),
        (archive(**{"word/document.xml": b"<x/>"}), "这是 Word 文档"),
        (archive(**{"content.xml": b"<x/>"}), "这是 .ods 格式"),
        (archive(**{"xl/workbook.bin": b"x"}), "这是 .xlsb 格式"),
        (archive(**{"xl/workbook.xml": b"<broken"}), "读不懂这个表格"),
    ],
)
def test_a_file_of_another_kind_is_refused_with_what_to_do(app: Flask, content: bytes, message: str) -> None:
    with pytest.raises(BadInput) as refused:
        run(app, BytesIO(content))
    assert refused.value.message.startswith(message)
    assert refused.value.field == "file"


def test_a_macro_workbook_is_taken(app: Flask) -> None:
    kind = "application/vnd.ms-excel.sheet.macroEnabled.main+xml"
    plain = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
    stream = BytesIO()
    with zipfile.ZipFile(book([ROW])) as source, zipfile.ZipFile(stream, "w") as made:
        for name in source.namelist():
            made.writestr(name, source.read(name).replace(plain.encode(), kind.encode()))
    assert run(app, stream).created == 1


def test_a_zip_bomb_is_refused_before_it_is_unpacked(app: Flask) -> None:
    content = archive(
        **{"xl/workbook.xml": b"<x/>", "xl/worksheets/sheet1.xml": bytes(package.MOST_UNPACKED)}
    )
    assert len(content) < 1_000_000
    with pytest.raises(TooMuch, match="文件展开后超过 256 MB"):
        run(app, BytesIO(content))


def test_a_bomb_of_entities_is_refused(app: Flask) -> None:
    bomb = b"<!DOCTYPE x [<!ENTITY a 'ha'><!ENTITY b '&a;&a;&a;&a;'>]>"
    stream = BytesIO()
    with zipfile.ZipFile(book([ROW])) as source, zipfile.ZipFile(stream, "w") as made:
        for name in source.namelist():
            part = source.read(name)
            made.writestr(name, part.replace(b"<worksheet", bomb + b"<worksheet", 1))
    with pytest.raises(BadInput, match="读不懂这个表格"):
        run(app, stream)


def test_a_file_over_twenty_megabytes_is_refused(app: Flask) -> None:
    with pytest.raises(TooMuch, match="文件超过 20 MB"):
        run(app, BytesIO(b"PK" + bytes(package.MOST_BYTES)))


def test_missing_headings_are_named_together_with_those_found(app: Flask) -> None:
    with pytest.raises(BadInput, match=r"^缺少表头：网格、楼栋。第 3 行已有：户号、门牌、户主$"):
        run(app, book([["1", "501", "王五"]], ["户号", "门牌", "户主"], title=2))


def test_a_list_without_headings_says_what_stands_in_its_first_row(app: Flask) -> None:
    with pytest.raises(
        BadInput, match="前 10 行没有找到表头，缺少：网格、户号、楼栋、门牌。第 2 行是：grid1、estate1、0001"
    ):
        run(app, book([ROW], None))


def test_headings_below_the_tenth_row_are_not_looked_for(app: Flask) -> None:
    assert run(app, book([ROW], title=9)).created == 1
    with pytest.raises(BadInput, match="前 10 行没有找到表头"):
        run(app, book([ROW], title=10))


def test_two_headings_of_one_meaning_are_named(app: Flask) -> None:
    with pytest.raises(BadInput, match="第 1 行的表头“电话”和“手机号”意思相同"):
        run(app, book([[*ROW, "1"]], [*HEADINGS, "手机号"]))


def test_a_missing_estate_column_is_asked_for_where_it_is_needed(app: Flask) -> None:
    with pytest.raises(BadInput, match="缺少表头：小区"):
        run(app, book([["grid1", "1", "3", "501"]], ["网格", "户号", "楼栋", "门牌"]))


def test_a_list_without_rows_says_so(app: Flask) -> None:
    with pytest.raises(BadInput, match="工作表“住户”的表头下面没有住户"):
        run(app, book([]))


def test_a_formula_is_named_by_its_cell(app: Flask) -> None:
    def fill(sheet: Worksheet) -> None:
        sheet.append([*row(户号="2")[:5], "=F2+1", *ROW[6:]])

    report = run(app, by_hand(fill), skip_bad=True)
    assert told(report) == [(3, "门牌", "F3 是公式（=F2+1）。请复制这一列，选择性粘贴为“数值”后再导入")]
    assert report.created == 1


def test_an_error_value_is_named_by_its_cell(app: Flask) -> None:
    def fill(sheet: Worksheet) -> None:
        sheet.append([*row(户号="2")[:6], "#N/A", *ROW[7:]])
        sheet["G3"].data_type = "e"

    report = run(app, by_hand(fill), skip_bad=True)
    assert told(report) == [(3, "户主", "G3 是错误值 #N/A，请改正后再导入")]


def test_merged_cells_are_named_by_their_range(app: Flask) -> None:
    def fill(sheet: Worksheet) -> None:
        for number in range(2, 5):
            sheet.append(row(户号=str(number)))
        sheet.merge_cells("D3:D4")

    report = run(app, by_hand(fill), skip_bad=True)
    reason = "D3:D4 是合并单元格，请取消合并，并在每一行都填写"
    assert [fault for fault in told(report) if "合并" in fault[2]] == [
        (3, "楼栋", reason),
        (4, "楼栋", reason),
    ]
    assert report.created == 2


def test_a_merged_title_is_fine_and_merged_headings_are_not(app: Flask) -> None:
    def made(area: str) -> BytesIO:
        stream = BytesIO()
        workbook = xlsxwriter.Workbook(stream)
        sheet = workbook.add_worksheet()
        sheet.write_row(1, 0, HEADINGS)
        sheet.write_row(3, 0, ROW)
        sheet.merge_range(area, "网格" if area == "A2:A3" else "登记表")
        workbook.close()
        return stream

    assert run(app, made("A1:I1")).created == 1
    with pytest.raises(BadInput, match="表头有合并单元格 A2:A3"):
        run(app, made("A2:A3"))


def test_other_sheets_with_lists_are_mentioned_and_hidden_ones_passed_over(app: Flask) -> None:
    stream = BytesIO()
    workbook = xlsxwriter.Workbook(stream)
    for name in ("说明", "一网格", "二网格", "旧表"):
        sheet = workbook.add_worksheet(name)
        if name == "说明":
            sheet.write(0, 0, "填表说明")
            continue
        sheet.write_row(0, 0, HEADINGS)
        sheet.write_row(1, 0, ROW)
        if name == "旧表":
            sheet.hide()
    workbook.close()
    report = run(app, stream)
    assert (report.sheet, report.created, report.notes) == (
        "一网格",
        1,
        ["只导入了工作表“一网格”；还有：二网格"],
    )


def test_too_many_rows_are_refused_without_reading_all(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    taken: list[int] = []
    take = rows._Checker.take  # noqa: SLF001 - counts what is read

    def counted(self: Any, cells: Any) -> None:  # noqa: ANN401
        taken.append(1)
        take(self, cells)

    monkeypatch.setattr(rows, "MOST_ROWS", 200)
    monkeypatch.setattr(rows._Checker, "take", counted)  # noqa: SLF001
    with pytest.raises(TooMuch, match="表格超过 200 行，一次最多导入 200 行，请分成几个文件"):
        run(app, book([row(户号=str(number)) for number in range(1000)]))
    assert len(taken) == 201


def test_a_wrong_dimension_cuts_no_rows_off_and_a_hundred_thousand_are_refused(app: Flask) -> None:
    stream = BytesIO()
    with zipfile.ZipFile(book([ROW])) as source, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as made:
        for name in source.namelist():
            part = source.read(name)
            if name.endswith("sheet1.xml"):
                cells = [f'<row r="{at}"><c r="C{at}"><v>{at}</v></c></row>' for at in range(3, 100_002)]
                part = part.replace(b"</sheetData>", "".join(cells).encode() + b"</sheetData>")
            made.writestr(name, part)
    with pytest.raises(TooMuch, match="表格超过 20000 行，一次最多导入 20000 行，请分成几个文件"):
        run(app, stream)
