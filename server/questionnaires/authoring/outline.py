"""The outline of a form: its questions, groups and repeats, in their places."""

from __future__ import annotations

from dataclasses import dataclass, field

from server.questionnaires.authoring.findings import Finding
from server.questionnaires.authoring.kinds import YES, Kind, kind_of
from server.questionnaires.authoring.table import Row, Table

CONTROLS = {"group": "group", "repeat": "repeat", "loop": "repeat"}


@dataclass(eq=False)
class Item:
    """A question, or a group with its items; `path` are the names of those above and its own."""

    row: Row
    kind: Kind
    type: str
    name: str
    parent: Item | None
    items: list[Item] = field(default_factory=list)

    @property
    def path(self) -> str:
        """Return the path within the form."""
        above = self.parent.path if self.parent else ""
        return f"{above}/{self.name}"


@dataclass
class Outline:
    """All items of a survey in their order, and what was wrong with its begins and ends."""

    table: Table
    items: list[Item] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    def named(self) -> dict[str, list[Item]]:
        """Return the items by their names."""
        found: dict[str, list[Item]] = {}
        for item in self.items:
            if item.name:
                found.setdefault(item.name, []).append(item)
        return found


def outline_of(table: Table) -> Outline:
    """Return the outline of the sheet `survey`."""
    outline, stack = Outline(table), list[Item]()
    for row in table.rows():
        text = row.text("type")
        if row.text("disabled").lower() in YES:
            continue
        if not text:
            if row.text("name") or row.text("label"):
                mend = "请在 type 列填上题型, 如 text、integer、select_one 选项表名"
                outline.findings.append(row.finding("type", "missing_type", "这一行没有题型", mend))
            continue
        take(outline, stack, row, kind_of(text))
    for item in stack:
        control = f"end {item.kind.control}"
        message = f"第 {item.row.number} 行的“{item.type}”({item.name}) 没有对应的“{control}”"
        mend = f"请在该组最后一题的下一行加上“{control}”"
        outline.findings.append(item.row.finding("type", "unclosed_group", message, mend))
    return outline


def take(outline: Outline, stack: list[Item], row: Row, kind: Kind) -> None:
    """Put the row into its place."""
    if kind.role == "setting":
        return
    if kind.role == "end":
        close(outline, stack, row, kind)
        return
    parent = stack[-1] if stack else None
    item = Item(row, kind, row.text("type"), name_of(row), parent)
    outline.items.append(item)
    if parent:
        parent.items.append(item)
    if kind.role == "begin":
        stack.append(item)


def name_of(row: Row) -> str:
    """Return the row's name; that of an audit is always the same."""
    return "audit" if row.text("type") == "audit" else row.text("name")


def close(outline: Outline, stack: list[Item], row: Row, kind: Kind) -> None:
    """End the group that the row ends, and say so where there is none such.

    An end of another kind ends what is open, so that one slip isn't found again in every row after it.
    """
    if not stack:
        message = f"“{row.text('type')}”没有对应的“begin {kind.control}”"
        mend = "请删除这一行, 或在该组第一题的上一行加上对应的 begin"
        outline.findings.append(row.finding("type", "end_without_begin", message, mend))
        return
    begun = stack.pop()
    if CONTROLS.get(begun.kind.control) != CONTROLS.get(kind.control):
        message = f"这里结束的是 {kind.control}, 而第 {begun.row.number} 行开始的是 {begun.kind.control}"
        mend = f"请改为“end {begun.kind.control}”, 或检查中间是否少了一行"
        outline.findings.append(row.finding("type", "end_of_another", message, mend))
