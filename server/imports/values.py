"""Values of cells: what Excel made of what people typed, put back into fields. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, time, timedelta
from typing import Any

from server.imports.sheet import Value

_FULL_WIDTH = {
    code: code - 0xFEE0 for code in (*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B))
}
_FULL_WIDTH |= {
    0x3000: 0x20,
    0xA0: 0x20,
    0xFF0D: 0x2D,
    0xFF0B: 0x2B,
    0xFF0E: 0x2E,
    0xFF0F: 0x2F,
    0x200B: None,
    0xFEFF: None,
}
_SPACES = re.compile(r"[ \t\r\n]+")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_SCIENTIFIC = re.compile(r"\d+(\.\d+)?[Ee]\+?\d+")
_MOBILE = re.compile(r"1\d{10}")
_LANDLINE = re.compile(r"(0\d{2,3})?\d{7,8}")
_SERVICE = re.compile(r"[48]00\d{7}")
_SEVERAL = re.compile(r"[/、,，;；|]")
_PUNCTUATION = re.compile(r"[\s()（）.·-]")
_COUNT = re.compile(r"(\d+)(人|口|个)?")
_NOTHING = frozenset({"无", "否", "没有", "-", "—", "/", "暂无"})
TENURES = {
    "owned": ("自有", "自住", "自购", "产权", "私房", "自有住房", "业主", "自住房"),
    "rented": ("租住", "租赁", "出租", "租", "承租", "租房", "租户"),
    "vacant": ("空置", "空房", "闲置", "空关", "无人居住", "空"),
    "other": ("其他", "其它", "借住"),
}
CARE = {
    "living_alone_elderly": ("独居老人", "独居", "空巢独居"),
    "disabled": ("残疾", "残疾人", "残障"),
    "seriously_ill": ("重病", "大病", "重症"),
    "hardship": ("困难", "困难户", "困难家庭", "困难群众"),
    "orphan": ("孤儿",),
    "left_behind": ("留守", "留守儿童", "留守老人"),
    "other": ("其他", "其它"),
}
SUPPORT = {
    "dibao": ("低保", "低保户"),
    "tekun": ("特困", "特困供养", "特困人员", "五保", "五保户"),
    "monitored": ("监测户", "监测对象", "监测", "边缘易致贫户"),
}


class Refused(ValueError):
    """A value that can't be taken; the message is Chinese and follows the column's name."""


def text_of(value: Value) -> str:
    """Return the text of a cell: whole numbers without `.0`, full-width digits made plain.

    Refused for a day: Excel turns a door 5-1 into the first of May, and what was typed is lost.
    """
    if isinstance(value, bool):
        raise Refused("是逻辑值（TRUE/FALSE），请改为文字")
    if isinstance(value, (date, time, timedelta)):
        raise Refused(f"被 Excel 当成了日期或时间（{value}）。请把这一列设为“文本”格式，再重新填写")
    if isinstance(value, float):
        value = int(value) if value.is_integer() else repr(value)
    return plain(str(value))


def plain(text: str) -> str:
    """Return the text without invisible characters and outer space, with single spaces."""
    return _SPACES.sub(" ", _CONTROL.sub("", text.translate(_FULL_WIDTH))).strip()


def note_of(value: Value) -> str:
    """Return the text of a note, in which a day is welcome."""
    return value.isoformat() if isinstance(value, (date, time)) else text_of(value)


def phone_of(value: Value) -> str:
    """Return the number, or several separated by 、; a mobile number as eleven digits."""
    text = text_of(value)
    if text in _NOTHING:
        return ""
    if _SCIENTIFIC.fullmatch(text):
        raise Refused(f"是科学计数（{text}），后面的数字已经丢失。请把这一列设为“文本”格式，再重新填写")
    return "、".join(_one_phone(part) for part in _SEVERAL.split(text) if part.strip())


def _one_phone(text: str) -> str:
    digits = _PUNCTUATION.sub("", text)
    for prefix in ("+86", "0086", "86"):
        if digits.startswith(prefix) and len(digits) - len(prefix) == 11:  # noqa: PLR2004 - a mobile number
            digits = digits[len(prefix) :]
    if not any(pattern.fullmatch(digits) for pattern in (_MOBILE, _LANDLINE, _SERVICE)):
        raise Refused(f"“{text.strip()[:20]}”不是电话号码：手机应为 11 位，固定电话为 7 至 12 位")
    return digits if _MOBILE.fullmatch(digits) else text.strip()


def count_of(value: Value) -> int:
    """Return the number of people: 3, 3.0, 3人."""
    text = text_of(value)
    found = _COUNT.fullmatch(text)
    if found is None:
        raise Refused(f"“{text[:20]}”不是整数，应为人数，如 3")
    return int(found[1])


def tenure_of(value: Value) -> str:
    """Return the code of the tenure."""
    return _code(text_of(value), TENURES)


def care_of(value: Value) -> list[str]:
    """Return the codes of the care tags, which are separated by 、."""
    return _codes(text_of(value), CARE)


def support_of(value: Value) -> list[str]:
    """Return the codes of the kinds of support."""
    return _codes(text_of(value), SUPPORT)


def _codes(text: str, known: Mapping[str, tuple[str, ...]]) -> list[str]:
    parts = [part.strip() for part in _SEVERAL.split(text) if part.strip()]
    given = {_code(part, known) for part in parts if part not in _NOTHING}
    return [code for code in known if code in given]


def _code(text: str, known: Mapping[str, tuple[str, ...]]) -> str:
    for code, names in known.items():
        if text in names:
            return code
    allowed = "、".join(names[0] for names in known.values())
    raise Refused(f"“{text[:20]}”不在可选范围内，可填：{allowed}")


PARSERS: dict[str, Callable[[Value], Any]] = {
    "phone": phone_of,
    "members_count": count_of,
    "tenure": tenure_of,
    "care_tags": care_of,
    "support_status": support_of,
    "note": note_of,
}


def parsed(field: str, value: Value) -> Any:  # noqa: ANN401 - text, number or list, by the field
    """Return the field's value of the cell; Refused with the reason."""
    return PARSERS.get(field, text_of)(value)
