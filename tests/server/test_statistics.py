"""What figures say, and what they keep to themselves."""

from __future__ import annotations

import random
from fractions import Fraction
from io import BytesIO
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as some
from openpyxl import load_workbook

from server.core.errors import BadInput
from server.statistics.answers import Answer, values_of
from server.statistics.export import csv_text, xlsx
from server.statistics.questions import questions_of
from server.statistics.rules import LEAST, hide, hide_overlapping, hide_table
from server.statistics.tables import Line, crosstab, tabulate, texts

if TYPE_CHECKING:
    from collections.abc import Sequence

FORM = """<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml"
 xmlns:odk="http://www.opendatakit.org/xforms"><h:head><model><itext>
 <translation lang="en"><text id="l-0"><value>Good</value></text></translation>
 <translation lang="zh" default="true()"><text id="l-0"><value form="image">a.png</value>
 <value>满意</value></text>
 <text id="l-1"><value>不满意</value></text>
 <text id="/d/a:label"><value><output value="/d/n"/>觉得怎样？</value></text>
 </translation></itext><instance><d id="f"/></instance>
 <instance id="l"><root><item><itextId>l-0</itextId><name>1</name></item>
 <item><itextId>l-1</itextId><name>2</name></item></root></instance>
 <bind nodeset="/d/n" type="int"/><bind nodeset="/d/note" type="string" readonly="true()"/>
 <bind nodeset="/d/day" type="date"/><bind nodeset="/d/place" type="geopoint"/></model></h:head>
 <h:body><input ref="/d/note"><label>您好</label></input>
 <select1 ref="/d/a"><label ref="jr:itext('/d/a:label')"/>
 <itemset nodeset="instance('l')/root/item[name != 9]">
 <value ref="name"/><label ref="jr:itext(itextId)"/></itemset></select1>
 <group ref="/d/g"><select ref="/d/g/m"><label>哪些？</label>
 <item><label>路灯</label><value>light</value></item>
 <item><label>停车</label><value>park</value></item></select></group>
 <input ref="/d/n"><label>几口人？</label></input><input ref="/d/day"/><input ref="/d/place"/>
 <odk:rank ref="/d/r"><label>排序</label><item><label>甲</label><value>x</value></item>
 <item><label>乙</label><value>y</value></item></odk:rank>
 <input ref="/d/why"><label>为什么？</label></input></h:body></h:html>"""
A, M, N, DAY, R, WHY = QUESTIONS = questions_of(FORM)
small = some.integers(0, 12)


def answers(path: str, counts: dict[str, int]) -> list[Answer]:
    return [Answer({path: [value]} if value else {}) for value, count in counts.items() for _ in range(count)]


def test_questions_are_read_from_the_form() -> None:
    assert [(one.path, one.kind, one.label) for one in QUESTIONS] == [
        ("/d/a", "one", "…觉得怎样？"),
        ("/d/g/m", "many", "哪些？"),
        ("/d/n", "number", "几口人？"),
        ("/d/day", "date", "day"),
        ("/d/r", "rank", "排序"),
        ("/d/why", "text", "为什么？"),
    ]
    assert A.choices == (("1", "满意"), ("2", "不满意"))
    assert M.choices == (("light", "路灯"), ("park", "停车"))


def test_a_submission_is_read_by_paths_and_repeats_are_kept() -> None:
    rows = "<rep><q>1</q></rep><rep><q>2</q></rep>"
    xml = f'<d xmlns="http://x"><a>1</a><g><m>light park</m></g>{rows}<empty/></d>'
    assert values_of(xml) == {"/d/a": ["1"], "/d/g/m": ["light park"], "/d/rep/q": ["1", "2"]}


@pytest.mark.parametrize(
    ("xml", "code"),
    [
        ("<d><a>1</d>", "invalid_submission"),
        ('<!DOCTYPE d [<!ENTITY a "aaaa">]><d>&a;</d>', "invalid_submission"),
        ("<a>" * 60 + "</a>" * 60, "too_deep"),
        (f"<d>{'x' * (1 << 20)}</d>", "too_much"),
    ],
)
def test_a_bad_submission_is_refused(xml: str, code: str) -> None:
    with pytest.raises(BadInput) as refusal:
        values_of(xml)
    assert refusal.value.code == code


def test_counts_come_to_the_total_and_what_nobody_chose_stands_there() -> None:
    (table,) = tabulate([A], answers("/d/a", {"1": 6, "": 2, "7": 1}), secret=False)
    assert (table.total, table.answered) == (9, 7)
    assert table.lines == (
        Line("1", "满意", 6, 66.7),
        Line("2", "不满意", 0, 0.0),
        Line("7", "7", 1, 11.1),
        Line("", "未答", 2, 22.2),
    )


def test_several_choices_overlap_and_ranks_have_mean_places() -> None:
    given = [Answer({"/d/g/m": ["light park"], "/d/r": ["x y"]})] * 12 + [Answer({"/d/r": ["y x"]})] * 12
    many, rank = tabulate([M, R], given, secret=True)
    assert [(line.value, line.count) for line in many.lines] == [("light", 12), ("park", 12)]
    assert many.answered == 12
    assert [(line.value, line.count) for line in rank.lines] == [("x", 12), ("y", 12)]
    assert rank.places == (("x", 1.5), ("y", 1.5))


def test_numbers_have_round_bins_and_quartiles() -> None:
    chance = random.Random(1)  # noqa: S311 - a test, no secret
    numbers = [chance.randint(0, 60) for _ in range(400)]
    (table,) = tabulate([N], [Answer({"/d/n": [str(one)]}) for one in numbers], secret=False)
    assert [line.label for line in table.lines][:2] == ["不足 20", "20 至不足 40"]
    assert sum(line.count or 0 for line in table.lines) == 400
    assert table.summary
    assert table.summary.mean == round(sum(numbers) / 400, 2)
    assert (
        tabulate([N], [Answer({"/d/n": ["NaN"]}), Answer({"/d/n": ["viele"]})], secret=False)[0].answered == 0
    )


def test_few_free_texts_are_held_back() -> None:
    few = answers("/d/why", {"乙": 1, "甲": 3})
    assert texts(WHY, few, secret=True) == []
    assert texts(WHY, few, secret=False) == ["乙", "甲", "甲", "甲"]
    assert texts(WHY, few * 2, secret=True) == ["乙", "乙", *["甲"] * 6]


@given(some.lists(small, min_size=1, max_size=8))
def test_no_part_of_a_known_total_is_small_or_computable(counts: list[int]) -> None:
    shown = hide(counts)
    gone = [count for count, cell in zip(counts, shown, strict=True) if cell is None]
    assert all(cell is None or cell >= LEAST for cell in shown)
    assert len(gone) != 1 or len(counts) == 1
    assert not gone or sum(gone) >= LEAST or len(gone) == len(counts)


@given(some.lists(small, min_size=1, max_size=6), some.integers(0, 30))
def test_neither_a_choice_nor_its_absence_is_small(counts: list[int], more: int) -> None:
    total = max(counts) + more
    for cell in hide_overlapping(counts, total):
        assert cell is None or min(cell, total - cell) >= LEAST


tables = some.integers(1, 5).flatmap(
    lambda wide: some.lists(some.lists(small, min_size=wide, max_size=wide), min_size=1, max_size=5)
)


@given(tables)
def test_no_cell_of_a_table_is_small_or_computable_from_its_totals(table: list[list[int]]) -> None:
    rows = hide([sum(line) for line in table])
    columns = hide([sum(line) for line in zip(*table, strict=True)])
    shown = hide_table(table, rows, columns)
    assert all(cell is None or cell >= LEAST for line in shown for cell in line)
    assert not computable(shown, rows, columns)


def test_a_cell_between_two_circles_of_hidden_ones_is_not_given_away() -> None:
    table = [[3, 3, 9, 9, 9], [3, 3, 4, 9, 9], [9, 9, 3, 3, 9], [9, 9, 3, 3, 9]]
    rows, columns = [sum(line) for line in table], [sum(line) for line in zip(*table, strict=True)]
    naive = [[cell if cell >= LEAST else None for cell in line] for line in table]
    assert computable(naive, rows, columns) == [(1, 2)]
    assert not computable(hide_table(table, rows, columns), rows, columns)


def test_what_is_hidden_of_a_line_comes_to_no_small_number() -> None:
    table = [[1, 2, 9, 8], [2, 1, 9, 9], [9, 9, 9, 9]]
    shown = hide_table(table, [20, 21, 36], [12, 12, 27, 26])
    hidden = [
        [cell for cell, at in zip(*pair, strict=True) if at is None]
        for pair in zip(table, shown, strict=True)
    ]
    assert all(sum(line) >= LEAST for line in hidden if line)


def computable(
    shown: Sequence[Sequence[int | None]], rows: Sequence[int | None], columns: Sequence[int | None]
) -> list[tuple[int, int]]:
    """Return the hidden cells that the known totals determine: their unit vector is a sum of equations.

    Where everything is hidden, nothing is known but the total of all, so nothing is computable.
    """
    hidden = [(at, to) for at, line in enumerate(shown) for to, cell in enumerate(line) if cell is None]
    equations = [
        [Fraction(cell[0] == at) for cell in hidden] for at, known in enumerate(rows) if known is not None
    ]
    equations += [
        [Fraction(cell[1] == to) for cell in hidden] for to, known in enumerate(columns) if known is not None
    ]
    reduced = echelon([line for line in equations if any(line)])
    return [cell for at, cell in enumerate(hidden) if any(is_unit(line, at) for line in reduced)]


def is_unit(line: Sequence[Fraction], at: int) -> bool:
    return bool(line[at]) and not any(value for to, value in enumerate(line) if to != at)


def echelon(lines: list[list[Fraction]]) -> list[list[Fraction]]:
    """Return the reduced row echelon form: an unknown is determined just where a row is its unit vector."""
    done: list[list[Fraction]] = []
    for column in range(len(lines[0]) if lines else 0):
        pivot = next((line for line in lines if line[column]), None)
        if pivot is None:
            continue
        pivot = [value / pivot[column] for value in pivot]
        lines = [clear(line, pivot, column) for line in lines]
        done = [clear(line, pivot, column) for line in done]
        done.append(pivot)
    return done


def clear(line: list[Fraction], pivot: list[Fraction], column: int) -> list[Fraction]:
    return [value - line[column] * other for value, other in zip(line, pivot, strict=True)]


def test_the_look_for_computable_cells_finds_one() -> None:
    assert computable([[9, None], [8, 7]], [12, 15], [17, 10]) == [(0, 1)]
    bridge = [[None, None, 9, 9], [None, None, None, 9], [9, None, None, None], [9, 9, None, None]]
    assert computable(bridge, [30] * 4, [30] * 4) == []


def test_a_crosstab_hides_what_its_margins_hide() -> None:
    given = [
        Answer({"/d/a": [value]}, {"unit": unit})
        for unit, counts in {"一": (20, 9), "二": (12, 2), "三": (1, 2)}.items()
        for value, count in zip("12", counts, strict=True)
        for _ in range(count)
    ]
    table = crosstab("unit", A, given, secret=True)
    assert [(line.label, line.count) for line in table.rows] == [
        ("一", 29),
        ("三", None),
        ("二", None),
    ]
    assert table.cells[1] == table.cells[2] == (None, None)
    plain = crosstab("unit", A, given, secret=False)
    assert plain.cells[0] == (20, 9)


def test_the_margins_of_a_crosstab_are_those_of_the_questions_table() -> None:
    given = answers("/d/a", {"1": 30, "2": 7, "": 3}) + answers("/d/a", {"9": 1})
    (alone,) = tabulate([A], given, secret=True)
    assert crosstab(A, "unit", given, secret=True).rows == alone.lines


def test_tables_are_exported_and_no_answer_becomes_a_formula() -> None:
    given = answers("/d/a", {"1": 30, '=HYPERLINK("x")': 9, "2": 2})
    tables = tabulate([A, N], given, secret=True)
    sheet = load_workbook(BytesIO(xlsx("2026 年问卷", tables))).active
    assert sheet
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert rows[0][0] == "2026 年问卷"
    assert rows[3][:4] == ["…觉得怎样？", "满意", 30, 73.2]
    assert rows[5][:3] == ["…觉得怎样？", '=HYPERLINK("x")', None]
    assert [cell.data_type for cell in next(sheet.iter_rows(min_row=6, max_row=6))][1] == "s"
    text = csv_text(tables)
    assert text.startswith("\ufeff题目,选项")
    assert '…觉得怎样？,"\'=HYPERLINK(""x"")",,' in text
