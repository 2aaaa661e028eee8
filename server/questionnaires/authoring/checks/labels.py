"""Texts that a person reads: missing, or written in languages of which none is the first."""

from __future__ import annotations

from collections.abc import Iterator

from server.questionnaires.authoring.book import Book
from server.questionnaires.authoring.findings import Finding
from server.questionnaires.authoring.headings import TRANSLATED
from server.questionnaires.authoring.kinds import is_seen
from server.questionnaires.authoring.outline import Item, Outline
from server.questionnaires.authoring.table import Table

_TEXTS = ("label", "hint", "guidance_hint", "image", "big-image", "audio", "video")


def check(book: Book, choices: Table, outline: Outline) -> Iterator[Finding]:
    """Yield the texts that are missing."""
    for item in outline.items:
        if is_seen(item.type, item.kind) and not is_computed(item) and not has_text(item):
            message = f"题目“{item.name}”没有文字, 居民看不到问的是什么"
            yield item.row.finding("label", "missing_label", message, "请在 label 列填上")
    for table in (outline.table, choices):
        yield from check_languages(book.setting("default_language"), table)


def is_computed(item: Item) -> bool:
    """Return whether the question is only computed, whatever its type says."""
    return bool(item.row.text("calculation"))


def has_text(item: Item) -> bool:
    """Return whether there is anything to read, see or hear; pyxform refuses a question without."""
    return any(item.row.text(column) for column in _TEXTS)


def check_languages(default: str, table: Table) -> Iterator[Finding]:
    """Yield columns that are translated without one of the first language."""
    for column in sorted(TRANSLATED):
        languages = table.languages(column)
        plain = any(not heading.language for heading in table.columns.get(column, ()))
        if not languages or plain or default in languages:
            continue
        heading = next(head.text for head in table.columns[column])
        place = (table.sheet.name, 1, heading)
        message = f"“{column}”写了 {'、'.join(languages)}, 但没有说明默认用哪种语言"
        mend = f"请在 settings 里加 default_language 列, 填 {languages[0]}"
        if default:
            message = f"settings 的默认语言是“{default}”, 但没有“{column}::{default}”这一列"
            mend = "请改正 settings 的 default_language, 或加上这一列"
        cell = table.sheet.cell(1, heading)
        yield Finding(*place, "no_default_language", message, mend, cell, "warning")
