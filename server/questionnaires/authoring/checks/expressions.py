"""Expressions: syntax, functions, references, and fields that depend on each other in a circle."""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Iterator
from functools import cache
from importlib.resources import files

from pyxform.parsing.expression import RE_PYXFORM_REF_INNER
from pyxform.utils import default_is_dynamic

from server.questionnaires.authoring import xpath
from server.questionnaires.authoring.findings import Finding
from server.questionnaires.authoring.headings import TRANSLATED
from server.questionnaires.authoring.kinds import YES
from server.questionnaires.authoring.outline import Item, Outline
from server.questionnaires.authoring.table import Row, Table

EXPRESSIONS = (
    "relevant",
    "constraint",
    "calculation",
    "required",
    "read_only",
    "choice_filter",
    "repeat_count",
)
REFERRING = (*EXPRESSIONS, "default", "trigger", *sorted(TRANSLATED))
LITERALS = YES | {"no", "false", "false()"}
MOST_REPEATS = 1_000
_REFERENCE = re.compile(r"\$\{([^}]*)\}|\$\{[^}]*$")
_QUOTES = str.maketrans("‘’“”", "''\"\"")


@cache
def functions() -> dict[str, tuple[int, int | None]]:
    """Return the functions that the engine knows, with the least and the most of their arguments."""
    text = files("server.questionnaires.authoring").joinpath("functions.json").read_text("utf-8")
    return {name: (least, most) for name, (least, most) in json.loads(text).items()}


def check(outline: Outline, choices: Table) -> Iterator[Finding]:
    """Yield what is wrong with expressions and references."""
    named = outline.named()
    for item in outline.items:
        for column in EXPRESSIONS:
            yield from check_expression(item, column)
        if default_is_dynamic(item.row.text("default"), item.type):
            yield from check_expression(item, "default")
        yield from check_calculate(item)
        for column in REFERRING:
            yield from check_references(item.row, column, named)
    for row in choices.rows():
        yield from check_references(row, "label", named)


def expression_of(item: Item, column: str) -> str:
    """Return the column's expression, empty where it is only yes or no; quotes as pyxform reads them."""
    text = item.row.text(column)
    if column in {"required", "read_only"} and text.lower() in LITERALS:
        return ""
    return text.translate(_QUOTES)


def check_expression(item: Item, column: str) -> Iterator[Finding]:
    """Yield what is wrong with one expression."""
    text = expression_of(item, column)
    if not text:
        return
    try:
        read = xpath.read(text)
    except xpath.XPathError as error:
        yield item.row.finding(column, "bad_expression", f"表达式读不懂: {error}", f"请检查: {text[:120]}")
        return
    for call in read.calls:
        yield from check_call(item, column, call)
    if column == "repeat_count" and text.isdecimal() and int(text) > MOST_REPEATS:
        message = f"重复 {text} 次过多"
        yield item.row.finding(column, "too_many_repeats", message, f"最多 {MOST_REPEATS} 次")


def check_call(item: Item, column: str, call: xpath.Call) -> Iterator[Finding]:
    """Yield that a function isn't known, or is called with too few or too many arguments."""
    known = functions().get(call.name)
    if known is None:
        near = difflib.get_close_matches(call.name, functions(), 1)
        mend = f"如果是 {near[0]}(), 请改正" if near else "请改用 XLSForm 说明里的函数"
        yield item.row.finding(column, "unknown_function", f"没有函数 {call.name}()", mend)
        return
    least, most = known
    if call.count < least or (most is not None and call.count > most):
        wanted = (
            f"{least} 个"
            if least == most
            else f"至少 {least} 个"
            if most is None
            else f"{least} 到 {most} 个"
        )
        message = f"函数 {call.name}() 有 {call.count} 个参数, 应为{wanted}"
        yield item.row.finding(column, "wrong_arguments", message, "请补上或删去参数; 参数之间用英文逗号分隔")


def check_calculate(item: Item) -> Iterator[Finding]:
    """Yield that a computed field says not how it is computed."""
    is_computed = item.row.text("calculation") or default_is_dynamic(item.row.text("default"), item.type)
    if item.type == "calculate" and not is_computed:
        mend = "请在 calculation 列填上表达式, 如 ${a} + ${b}"
        yield item.row.finding("calculation", "missing_calculation", "计算题没有表达式", mend)


def check_references(row: Row, column: str, named: dict[str, list[Item]]) -> Iterator[Finding]:
    """Yield the references of a column, in all its languages, that mean no question, or several."""
    for heading, text in row.texts(column):
        for message, mend in wrong_references(text, named):
            yield row.finding(column, "unknown_reference", message, mend, heading=heading.text)


def wrong_references(text: str, named: dict[str, list[Item]]) -> Iterator[tuple[str, str]]:
    """Yield the message and the mend of each reference that means no question, or several."""
    for match in _REFERENCE.finditer(text):
        inner = match[1]
        if inner is None or not RE_PYXFORM_REF_INNER.fullmatch(inner):
            yield f"引用“{match[0][:40]}”写法不对", "请写成 ${题目名称}, 括号里不留空格"
            continue
        name = inner.removeprefix("last-saved#")
        if name not in named:
            near = difflib.get_close_matches(name, named, 1)
            mend = f"如果是 ${{{near[0]}}}, 请改正" if near else "请改为 survey 里已有的题目名称"
            yield f"引用了没有的题目 ${{{name}}}", mend
        elif len(named[name]) > 1:
            numbers = "、".join(str(item.row.number) for item in named[name])
            yield f"${{{name}}} 指哪一题不清楚: 第 {numbers} 行都叫这个名称", "请把其中一题改名"
