"""The sheet `choices`: names missing, twice or unusable, texts missing, lists that aren't there."""

from __future__ import annotations

import difflib
import os
from collections.abc import Iterator

from server.questionnaires.authoring.book import Book
from server.questionnaires.authoring.findings import Finding
from server.questionnaires.authoring.kinds import YES
from server.questionnaires.authoring.outline import Item, Outline
from server.questionnaires.authoring.table import Row, Table

FILES = {".xml", ".csv", ".geojson"}
_TEXTS = ("label", "image", "big-image", "audio", "video")


def check(book: Book, choices: Table, outline: Outline) -> Iterator[Finding]:
    """Yield what is wrong with choices and with the questions that offer them."""
    lists = lists_of(choices)
    multiple = {item.kind.list_name for item in outline.items if item.kind.is_multiple}
    may_repeat = book.setting("allow_choice_duplicates").lower() in YES
    for name, rows in lists.items():
        yield from check_list(name, rows, may_repeat=may_repeat, is_multiple=name in multiple)
    for row in choices.rows():
        if row.text("name") and not row.text("list_name"):
            mend = "请在 list_name 列填上它属于的选项表"
            yield row.finding(
                "list_name", "missing_list_name", "这个选项没有选项表名", mend, severity="warning"
            )
    external = set(lists_of(Table(book.sheet("external_choices"))))
    for item in outline.items:
        if item.kind.is_select:
            known = external if item.kind.command == "select_one_external" else set(lists)
            yield from check_question(item, known)


def lists_of(choices: Table) -> dict[str, list[Row]]:
    """Return the rows of each list."""
    lists: dict[str, list[Row]] = {}
    for row in choices.rows():
        if name := row.text("list_name"):
            lists.setdefault(name, []).append(row)
    return lists


def check_list(name: str, rows: list[Row], *, may_repeat: bool, is_multiple: bool) -> Iterator[Finding]:
    """Yield what is wrong within one list."""
    seen: dict[str, int] = {}
    for row in rows:
        value = row.text("name")
        if not value:
            mend = "请在 name 列填上选项的值, 如 1、2、3"
            yield row.finding("name", "missing_choice_name", f"选项表“{name}”的这个选项没有值", mend)
            continue
        first = seen.setdefault(value, row.number)
        if first != row.number and not may_repeat:
            message = f"选项表“{name}”里的值“{value}”与第 {first} 行重复"
            mend = (
                f"请删除这一行, 或改成别的值, 如 {value}_2; "
                "如确实需要重复, 请在 settings 里加 allow_choice_duplicates 列, 填 yes"
            )
            yield row.finding("name", "duplicate_choice", message, mend)
        if is_multiple and " " in value:
            message = f"多选题的选项值“{value}”里有空格"
            yield row.finding("name", "choice_with_space", message, f"请改为 {'_'.join(value.split())}")
        if not any(row.text(column) for column in _TEXTS):
            message = f"选项“{value}”没有文字, 将显示它的值"
            yield row.finding(
                "label", "missing_choice_label", message, "请在 label 列填上", severity="warning"
            )


def check_question(item: Item, known: set[str]) -> Iterator[Finding]:
    """Yield that the question's list isn't there."""
    name = item.kind.list_name
    if name in known or "${" in name or os.path.splitext(name)[1] in FILES:  # noqa: PTH122 - a name, not a path
        return
    near = difflib.get_close_matches(name, known, 1)
    message = f"没有选项表“{name}”"
    mend = f"如果是“{near[0]}”, 请改正" if near else f"请在 choices 里加上 list_name 为 {name} 的选项"
    yield item.row.finding("type", "unknown_list", message, mend)
