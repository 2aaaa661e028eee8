"""The headings of the sheets: which column each means, in which language, under all its names."""

from __future__ import annotations

import difflib
from dataclasses import dataclass

from server.questionnaires.authoring.book import Sheet
from server.questionnaires.authoring.findings import Finding

# Other names of a column, as pyxform takes them.
_SAME = {
    "caption": "label",
    "command": "type",
    "tag": "name",
    "value": "name",
    "relevance": "relevant",
    "readonly": "read_only",
    "calculate": "calculation",
    "constraining_message": "constraint_message",
    "jr:constraintmsg": "constraint_message",
    "jr:requiredmsg": "required_message",
    "requiredmsg": "required_message",
    "count": "repeat_count",
    "jr:count": "repeat_count",
    "list name": "list_name",
}
_GROUPS = {"bind", "body", "control", "media", "instance", "jr"}
TRANSLATED = frozenset(
    {"label", "hint", "guidance_hint", "constraint_message", "required_message"}
    | {"image", "big-image", "audio", "video"}
)
SURVEY = TRANSLATED | {
    "type",
    "name",
    "required",
    "relevant",
    "constraint",
    "read_only",
    "calculation",
    "default",
    "appearance",
    "parameters",
    "choice_filter",
    "repeat_count",
    "trigger",
    "autoplay",
    "save_to",
    "disabled",
    "intent",
    "rows",
    "hxl",
    "query",
    "note",
    "notes",
    "comment",
    "comments",
    "compact_tag",
    "noapperrorstring",
    "no_app_error_string",
}
SETTINGS = frozenset(
    {"form_title", "form_id", "title", "id_string", "version", "default_language", "style", "name"}
    | {"instance_name", "public_key", "submission_url", "auto_send", "auto_delete", "namespaces"}
    | {"allow_choice_duplicates", "clean_text_values", "omit_instanceid", "client_editable", "prefix"}
    | {"delimiter", "add_none_option", "flat", "set_form_title", "set_form_id", "instance_xmlns"}
    | {"sms_keyword", "sms_separator", "sms_allow_media", "sms_date_format", "sms_datetime_format"}
)
REQUIRED = {"survey": ("type", "name"), "choices": ("list_name", "name")}
_NEAR = 0.75


@dataclass(frozen=True)
class Heading:
    """A heading as it is written, the column it means, and its language where it names one."""

    text: str
    column: str
    language: str = ""


def heading_of(text: str) -> Heading:
    """Return what the heading means: `label::中文 (zh)` is the column label in that language."""
    parts = [part.strip() for part in (text.split("::") if "::" in text else _single(text))]
    if parts[0].lower() in _GROUPS and len(parts) > 1:
        parts = parts[1:]
    first = " ".join(parts[0].split()).lower()
    column = _SAME.get(first) or _SAME.get(first.replace(" ", "_")) or first.replace(" ", "_")
    return Heading(text, column, parts[1] if len(parts) > 1 else "")


def _single(text: str) -> list[str]:
    """Split at single colons, as old forms do; `jr:count` stays whole."""
    parts = text.replace("jr:", "jr\0").split(":")
    return [part.replace("jr\0", "jr:") for part in parts]


def check(sheet: Sheet) -> list[Finding]:
    """Find columns that are missing, there under two names, or unknown, of a sheet with rows."""
    headings = [heading_of(text) for text in sheet.letters]
    found = [_missing(sheet, column) for column in _missing_columns(sheet, headings)]
    seen: dict[tuple[str, str], Heading] = {}
    for heading in headings:
        key = (heading.column, heading.language)
        first = seen.setdefault(key, heading)
        if first is not heading:
            message = f"列“{first.text}”和“{heading.text}”是同一列的两种写法"
            found.append(_at(sheet, heading, ("duplicate_column", message, "请只保留一列")))
    unknown = [heading for heading in headings if _is_unknown(sheet.name, heading)]
    return found + [_unknown(sheet, heading) for heading in unknown]


def _missing_columns(sheet: Sheet, headings: list[Heading]) -> list[str]:
    if not any(sheet.rows):
        return []
    there = {heading.column for heading in headings}
    return [column for column in REQUIRED.get(sheet.name, ()) if column not in there]


def _missing(sheet: Sheet, column: str) -> Finding:
    message = f"工作表 {sheet.name} 缺少列“{column}”"
    near = difflib.get_close_matches(column, sheet.letters, 1, _NEAR)
    mend = f"请把列名“{near[0]}”改为“{column}”" if near else f"请在第 1 行加上列名“{column}”"
    return Finding(sheet.name, 1, column, "missing_column", message, mend)


def _is_unknown(sheet: str, heading: Heading) -> bool:
    known = {"survey": SURVEY, "settings": SETTINGS}.get(sheet)
    if known is None or heading.column in known or heading.text.startswith(("_", "#")):
        return False
    return heading.text.partition(":")[0].lower() not in _GROUPS and not heading.column.startswith("sms_")


def _unknown(sheet: Sheet, heading: Heading) -> Finding:
    known = SURVEY if sheet.name == "survey" else SETTINGS
    near = difflib.get_close_matches(heading.column, known, 1, _NEAR)
    message = f"不认识列名“{heading.text}”, 这一列不起作用"
    mend = f"如果是“{near[0]}”, 请改正列名" if near else "如不需要, 请删除这一列"
    return _at(sheet, heading, ("unknown_column", message, mend), "warning")


def _at(sheet: Sheet, heading: Heading, words: tuple[str, str, str], severity: str = "error") -> Finding:
    cell = f"{sheet.letters[heading.text]}1"
    return Finding(sheet.name, 1, heading.text, *words, cell, severity)
