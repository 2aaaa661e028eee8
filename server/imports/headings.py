"""Headings of a household list: which column is which field, whatever the office calls it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from server.core.errors import BadInput

# Each field with the heading of the template first, then the others that offices use.
NAMES: dict[str, tuple[str, ...]] = {
    "grid": ("网格", "所属网格", "网格名称", "所在网格"),
    "estate": ("小区", "小区名称", "所属小区", "所在小区", "居住小区", "院落"),
    "house_code": ("户号", "户编号", "住户编号", "家庭编号", "户编码", "住户编码"),
    "building": ("楼栋", "楼号", "楼栋号", "幢", "幢号", "楼幢", "栋", "栋号", "楼"),
    "entrance": ("单元", "单元号", "门洞"),
    "door": ("门牌", "门牌号", "房号", "门号", "室号", "房间号", "户室", "室"),
    "head_name": ("户主", "户主姓名", "户主名", "户主名字"),
    "phone": ("电话", "手机", "手机号", "手机号码", "联系电话", "电话号码", "联系方式", "户主电话"),
    "members_count": ("人数", "家庭人数", "人口", "人口数", "家庭人口", "家庭人口数", "常住人口", "常住人数"),
    "tenure": ("居住性质", "房屋性质", "居住情况", "居住类型", "住房性质"),
    "care_tags": ("关爱标签", "关爱对象", "特殊人群", "重点人群", "标签"),
    "support_status": ("救助类型", "保障类型", "保障状态", "救助情况", "低保情况"),
    "note": ("备注", "备注说明", "说明"),
}
REQUIRED = ("grid", "house_code", "building", "door")
OPTIONAL_AS_FAR_AS_CLEAR = "estate"  # needed where a grid has more than one
WITHIN_ROWS = 10
LEAST_FOUND = 3
_BY_NAME = {name: field for field, names in NAMES.items() for name in names}
_ASIDE = re.compile(r"[(（\[【].*?[)）\]】]|[*＊:：\s]")


@dataclass(frozen=True)
class Headings:
    """The row of the headings (1 is the sheet's first) and the column of each field (0 is A)."""

    row: int
    columns: dict[str, int]
    names: dict[str, str]
    ignored: list[str]


def title(field: str) -> str:
    """Return the heading that the template uses for the field."""
    return NAMES[field][0]


def field_named(heading: str) -> str | None:
    """Return the field that a heading stands for: `*联系电话（必填）` is the phone."""
    return _BY_NAME.get(_ASIDE.sub("", unicodedata.normalize("NFKC", heading)))


def find(rows: Iterable[tuple[int, Mapping[int, str]]]) -> Headings:
    """Return the headings among the first rows, each given by its number and its texts by column.

    BadInput names the headings that are missing, and those that were found.
    """
    seen: list[tuple[int, dict[int, str]]] = []
    for number, texts in rows:
        fields = {column: field for column, text in texts.items() if (field := field_named(text))}
        if len(set(fields.values())) >= LEAST_FOUND:
            return _headings(number, fields, texts)
        seen.append((number, dict(texts)))
    raise _without_headings(seen)


def _headings(row: int, fields: dict[int, str], texts: Mapping[int, str]) -> Headings:
    columns: dict[str, int] = {}
    for column, field in fields.items():
        if field in columns:
            first, second = texts[columns[field]], texts[column]
            raise BadInput(f"第 {row} 行的表头“{first}”和“{second}”意思相同，请只留一列", field="file")
        columns[field] = column
    missing = [title(field) for field in REQUIRED if field not in columns]
    if missing:
        found = "、".join(texts[column] for column in columns.values())
        raise BadInput(f"缺少表头：{'、'.join(missing)}。第 {row} 行已有：{found}", field="file")
    names = {field: texts[column].strip() for field, column in columns.items()}
    ignored = [text.strip() for column, text in texts.items() if column not in fields and text.strip()]
    return Headings(row, columns, names, ignored)


def _without_headings(seen: list[tuple[int, dict[int, str]]]) -> BadInput:
    needed = "、".join(title(field) for field in REQUIRED)
    first = next(((number, texts) for number, texts in seen if texts), None)
    found = f"第 {first[0]} 行是：{'、'.join(list(first[1].values())[:8])[:80]}" if first else "表格是空的"
    return BadInput(f"前 {WITHIN_ROWS} 行没有找到表头，缺少：{needed}。{found}", field="file")
