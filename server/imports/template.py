"""The template of a household list, with one line as an example and a sheet that explains."""

from __future__ import annotations

from io import BytesIO

from openpyxl import Workbook
from openpyxl.styles import Font, PatternFill

from server.imports.headings import NAMES, REQUIRED
from server.imports.rows import MOST_ROWS
from server.imports.values import CARE, SUPPORT, TENURES

_EXAMPLE: dict[str, str | int] = {
    "grid": "第一网格", "estate": "和平里", "house_code": "010001", "building": "3号楼", "entrance": "2单元",
    "door": "501", "head_name": "示例", "phone": "15400000000", "members_count": 2, "tenure": "自有",
    "care_tags": "独居老人", "support_status": "低保", "note": "示例行，导入前请删除",
}  # fmt: skip
_WIDTHS = {"estate": 18, "phone": 16, "note": 30, "care_tags": 18}


def template() -> bytes:
    """Return the .xlsx file; columns are text, so that Excel makes no date of a door 5-1."""
    book = Workbook()
    sheet = book.active
    if sheet is None:
        raise RuntimeError("a new workbook has a sheet")
    sheet.title = "住户"
    for column, (field, names) in enumerate(NAMES.items(), 1):
        head = sheet.cell(1, column, names[0])
        head.font = Font(bold=True)
        if field in REQUIRED or field == "estate":
            head.fill = PatternFill("solid", fgColor="FFF2CC")
        sheet.cell(2, column, _EXAMPLE[field])
        letter = head.column_letter
        sheet.column_dimensions[letter].width = _WIDTHS.get(field, 12)
        sheet.column_dimensions[letter].number_format = "General" if field == "members_count" else "@"
    sheet.freeze_panes = "A2"
    help_sheet = book.create_sheet("说明")
    help_sheet.column_dimensions["A"].width = 90
    for line in _lines():
        help_sheet.append([line])
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


def _lines() -> list[str]:
    def allowed(known: dict[str, tuple[str, ...]]) -> str:
        return "、".join(names[0] for names in known.values())

    return [
        "黄色的列必填；网格只有一个小区时，小区可以不填。列的次序随意，多余的列不会导入。",
        f"网格和小区的名称要与“组织”里的一致。一次最多 {MOST_ROWS} 行。",
        f"居住性质：{allowed(TENURES)}。",
        f"关爱标签（可填多个，用顿号隔开）：{allowed(CARE)}。",
        f"救助类型：{allowed(SUPPORT)}。",
        "再次导入时按“网格 + 户号”更新：只写入与上次名单不同的内容；空白单元格不会清除已有内容。",
        "不要用公式、合并单元格；电话、门牌请用文本格式。",
    ]
