"""Names and types of questions: missing, unreadable, twice in the same place."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pypinyin import lazy_pinyin
from pyxform.parsing.expression import is_xml_tag

from server.questionnaires.authoring.findings import Finding
from server.questionnaires.authoring.kinds import near
from server.questionnaires.authoring.outline import Item, Outline

LONGEST = 100
_MEND = "名称要以英文字母或下划线开头, 只用字母、数字、下划线、连字符和点, 中间不留空格"
_NO_NAME = ("note",)


def check(outline: Outline) -> Iterator[Finding]:
    """Yield what is wrong with types and names."""
    seen: dict[tuple[int, str], Item] = {}
    repeats: dict[str, Item] = {}
    for item in outline.items:
        if item.kind.role == "unknown":
            yield unknown_type(item)
        if not item.name:
            if item.type not in _NO_NAME:
                yield item.row.finding("name", "missing_name", "这一题没有名称", _mend(item))
            continue
        yield from check_name(item)
        first = seen.setdefault((id(item.parent), item.name), item)
        if first is item and item.kind.control in {"repeat", "loop"}:
            first = repeats.setdefault(item.name, item)
        if first is not item:
            message = f"名称“{item.name}”与第 {first.row.number} 行重复"
            yield item.row.finding("name", "duplicate_name", message, f"请改成别的名称, 如 {item.name}_2")


def unknown_type(item: Item) -> Finding:
    """Return the finding of a type that there isn't."""
    if item.type in {"select_one", "select_multiple", "rank", "select one", "select multiple"}:
        message = f"题型“{item.type}”后面没有写选项表"
        return item.row.finding(
            "type", "missing_list", message, f"请写成“{item.type} 选项表名”, 中间一个空格"
        )
    likely = near(item.type)
    mend = f"如果是“{likely}”, 请改正" if likely else "请改为 text、integer、select_one 选项表名 等题型"
    return item.row.finding("type", "unknown_type", f"没有题型“{item.type}”", mend)


def check_name(item: Item) -> Iterator[Finding]:
    """Yield what is wrong with the name itself."""
    if not is_xml_tag(item.name) and not has_foreign_letters(item.name):
        message = f"名称“{item.name}”不合规则"
        yield item.row.finding("name", "invalid_name", message, f"{_MEND}。{_mend(item)}")
    elif has_foreign_letters(item.name):
        message = f"名称“{item.name}”含有英文以外的文字或标点"
        yield item.row.finding("name", "non_ascii_name", message, f"{_MEND}。{_mend(item)}")
    elif item.name == "meta" and item.parent is None:
        yield item.row.finding("name", "reserved_name", "名称 meta 是保留的", "请改成别的名称, 如 meta_1")
    elif len(item.name) > LONGEST:
        yield item.row.finding("name", "long_name", f"名称超过 {LONGEST} 个字", "请缩短")


def has_foreign_letters(name: str) -> bool:
    """Return whether the name has anything but ASCII."""
    return not name.isascii()


def _mend(item: Item) -> str:
    source = item.name or item.row.text("label")
    return f"可以写成 {suggestion(source, item.row.number)}"


def suggestion(text: str, number: int) -> str:
    """Return a name in ASCII made of the text: 姓名 becomes xing_ming."""
    words = re.findall(r"[a-z0-9]+", " ".join(lazy_pinyin(text[:12])).lower())
    made = "_".join(words[:4])
    return made if made[:1].isalpha() else f"q{number}"
