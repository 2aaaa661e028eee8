"""What pyxform says, in Chinese: which sheet, row and column it means, and how to mend it."""

from __future__ import annotations

import re

from server.questionnaires.authoring.book import Book
from server.questionnaires.authoring.findings import Finding

_ROW = re.compile(r"\[row : (\d+)\]")
_SHEET = re.compile(r"the '(\w+)' sheet|sheet: '(\w+)'")
_COLUMN = re.compile(r"the '([^']+)' value|Parameter")
_LINE = re.compile(r"\n(?=\[row : )")
# The beginning or a part of its words; the code, what is wrong, and how to mend it.
_ERRORS: tuple[tuple[str, str, str, str], ...] = (
    (
        "Choice names must be unique",
        "duplicate_choice",
        "选项的值在同一选项表里重复",
        "请改成别的值, 或删除这一行",
    ),
    ("Choices must have a name", "missing_choice_name", "选项没有值", "请在 name 列填上"),
    ("must be unique within their nearest", "duplicate_name", "题目名称重复", "请改成别的名称"),
    ("Repeat names must", "duplicate_name", "重复组的名称不能与别的重复组或问卷同名", "请改成别的名称"),
    ("'meta' is reserved", "reserved_name", "名称 meta 是保留的", "请改成别的名称"),
    ("Names must begin", "invalid_name", "名称不合规则", "请以英文字母开头, 只用字母、数字、下划线"),
    ("Question or group with no name", "missing_name", "这一题没有名称", "请在 name 列填上"),
    ("Question with no type", "missing_type", "这一行没有题型", "请在 type 列填上题型"),
    ("Unknown question type", "unknown_type", "没有这种题型", "请改正 type 列"),
    ("Missing calculation", "missing_calculation", "计算题没有表达式", "请在 calculation 列填上"),
    ("List name not in", "unknown_list", "没有这个选项表", "请检查选项表名, 或在 choices 里加上"),
    (
        "There should be a choices sheet",
        "no_choices",
        "没有工作表 choices",
        "请加上, 列名为 list_name、name、label",
    ),
    ("external_choices sheet", "no_choices", "没有工作表 external_choices", "请加上, 列名为 list name、name"),
    ("Could not find the name", "unknown_reference", "引用了没有的题目", "请改为 survey 里已有的题目名称"),
    ("appears more than once", "unknown_reference", "引用的名称有几题同名", "请把其中一题改名"),
    ("Reference variables must start", "unknown_reference", "引用写法不对", "请写成 ${题目名称}"),
    ("comma between each", "unknown_reference", "几个引用之间要用逗号分开", "请加上英文逗号"),
    ("Choice names with spaces", "choice_with_space", "多选题的选项值里有空格", "请改为下划线"),
    ("Duplicate column header", "duplicate_column", "列名重复", "请删除其中一列"),
    ("different names for the same", "duplicate_column", "同一列写了两种列名", "请只保留一列"),
    ("required column headers", "missing_column", "缺少必需的列", "请在第 1 行加上列名"),
    ("Unmatched 'end", "end_without_begin", "end 没有对应的 begin", "请删除这一行, 或补上 begin"),
    ("Unmatched 'begin", "unclosed_group", "begin 没有对应的 end", "请在该组最后一题下一行加上 end"),
    ("'parameters' value", "bad_parameters", "parameters 写法不对", "请写成 名称=值, 几个之间用空格隔开"),
    ("Parameter", "bad_parameters", "parameters 里的值不对", "请检查数值和写法"),
    (
        "list names don't match",
        "table_list",
        "表格 (table-list) 里的题必须用同一个选项表",
        "请改成同一个选项表",
    ),
    ("Choice filter not supported", "choice_filter", "这种题型不支持选项筛选", "请删除 choice_filter"),
    ("calculation, default, trigger", "trigger", "trigger 所在的题写法不对", "请检查 trigger 列"),
)
_NO_COLUMN = {
    "name": ("missing_name", "duplicate_name"),
    "type": (
        "missing_type",
        "unknown_type",
        "unknown_list",
        "end_without_begin",
        "unclosed_group",
        "no_choices",
    ),
    "calculation": ("missing_calculation",),
    "parameters": ("bad_parameters",),
    "choice_filter": ("choice_filter",),
}
# Warnings that our own checks give in Chinese, or that change nothing for our engine.
_QUIET = (
    *("max-pixels", "Row without name, text, or label", "is missing the survey", "should have a label"),
    *("machine-readable codes", "Repeat has no label", "Group has no label"),
)


def findings_of(said: str, book: Book) -> list[Finding]:
    """Return the findings of an error, which may have several lines with a row each."""
    return [finding_of(line, book) for line in _LINE.split(said)]


def finding_of(line: str, book: Book) -> Finding:
    """Return the finding of one line; what isn't translated is quoted."""
    for part, code, message, mend in _ERRORS:
        if part in line:
            return placed(line, book, (code, f"{message}: {detail(line)}".removesuffix(": "), mend))
    message = f"不符合 XLSForm 的规则: {detail(line) or line[:300]}"
    return placed(line, book, ("pyxform", message, "请按提示修改, 或对照 XLSForm 说明 (xlsform.org)"))


def detail(line: str) -> str:
    """Return what its words name: the values in quotes, or the sentence itself."""
    sentence = _ROW.sub("", line).partition("Learn more")[0].strip()
    return sentence[:300]


def placed(line: str, book: Book, words: tuple[str, str, str], severity: str = "error") -> Finding:
    """Return the finding at the place that the line names."""
    row, sheet, column = _ROW.search(line), _SHEET.search(line), _COLUMN.search(line)
    number = int(row[1]) if row else 0
    name = next((part for part in sheet.groups() if part), "survey") if sheet else "survey" if row else ""
    heading = (column[1] or "parameters") if column else ""
    if not heading:
        heading = next((key for key, codes in _NO_COLUMN.items() if words[0] in codes and row), "")
    cell = book.sheet(name).cell(number, heading)
    return Finding(name, number, heading, *words, cell, severity)


def warnings_of(said: list[str], book: Book) -> list[Finding]:
    """Return the warnings that our own checks don't give in Chinese already."""
    loud = [line for line in said if not any(part in line for part in _QUIET)]
    words = [("note", f"转换时的提示: {detail(line)}", "可以不改") for line in loud]
    return [placed(line, book, word, "warning") for line, word in zip(loud, words, strict=True)]
