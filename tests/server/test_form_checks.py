"""What is wrong in a form is found all at once, each with its sheet, row, column and mend."""

from __future__ import annotations

import pytest

from server.questionnaires.authoring import making
from tests.server.forms import CHOICES, Rows, errors, good, survey, workbook

TEXT = {"type": "text", "name": "a", "label": "甲"}


def calculated(**names: str) -> making.Made:
    """Return what is made of calculated fields, each by its name and expression."""
    rows = [{"type": "calculate", "name": name, "calculation": text} for name, text in names.items()]
    return survey(TEXT, *rows)


def test_a_good_form_has_no_finding_and_becomes_an_xform() -> None:
    made = making.made({"name": "需求.xlsx"}, good())
    assert made.findings == []
    assert made.title == "居民需求"
    assert made.xform is not None
    assert "加装电梯" in made.xform


def test_all_that_is_wrong_is_found_at_once() -> None:
    rows: Rows = [
        ["type", "name", "label", "calculation", "relevant", "constraint"],
        ["txt", "q1", "甲", "", "", ""],
        ["text", "", "乙", "", "", ""],
        ["text", "q3", "丙", "", "${nobody} = 1", ""],
        ["text", "q3", "丁", "", "", ""],
        ["text", "姓名", "戊", "", "", ""],
        ["text", "1st", "己", "", "", ""],
        ["select_one", "q7", "庚", "", "", ""],
        ["select_one gone", "q8", "辛", "", "", ""],
        ["calculate", "q9", "", "frobnicate(1)", "", ""],
        ["calculate", "q10", "", "1 + ", "", ""],
        ["calculate", "q11", "", "${q12}", "", ""],
        ["calculate", "q12", "", "${q11}", "", ""],
        ["integer", "q13", "壬", "", "", ". ＞ 3"],
        ["begin group", "g", "癸", "", "", ""],
        ["end repeat", "", "", "", "", ""],
        ["end group", "", "", "", "", ""],
        ["select_multiple needs", "q18", "", "", "", ""],
    ]
    choices: Rows = [
        *CHOICES,
        ["needs", "lift", "再装一部"],
        ["needs", "two words", "两词"],
        ["yes_no", "", "空"],
    ]
    made = making.made({"name": "x.xlsx"}, good(survey=rows, choices=choices))
    assert made.xform is None
    assert errors(made) >= {
        ("survey", 2, "type", "unknown_type"),
        ("survey", 3, "name", "missing_name"),
        ("survey", 4, "relevant", "unknown_reference"),
        ("survey", 5, "name", "duplicate_name"),
        ("survey", 6, "name", "non_ascii_name"),
        ("survey", 7, "name", "invalid_name"),
        ("survey", 8, "type", "missing_list"),
        ("survey", 9, "type", "unknown_list"),
        ("survey", 10, "calculation", "unknown_function"),
        ("survey", 11, "calculation", "bad_expression"),
        ("survey", 12, "calculation", "circle"),
        ("survey", 14, "constraint", "bad_expression"),
        ("survey", 16, "type", "end_of_another"),
        ("survey", 17, "type", "end_without_begin"),
        ("survey", 18, "label", "missing_label"),
        ("choices", 6, "name", "duplicate_choice"),
        ("choices", 7, "name", "choice_with_space"),
        ("choices", 8, "name", "missing_choice_name"),
    }
    assert all(one.mend and one.message for one in made.findings)
    places = {(one.code, one.cell) for one in made.findings}
    assert {("unknown_type", "A2"), ("bad_expression", "D11"), ("duplicate_choice", "B6")} <= places


def test_a_mend_names_what_was_probably_meant() -> None:
    made = survey(
        TEXT | {"type": "Select_One yes_no"},
        {"type": "integer", "name": "age", "label": "年龄"},
        {"type": "note", "name": "n", "label": "您 ${agee} 岁"},
        {"type": "text", "name": "联系电话", "label": "电话"},
    )
    mends = {one.code: one.mend for one in made.findings}
    assert "select_one yes_no" in mends["unknown_type"]
    assert "${age}" in mends["unknown_reference"]
    assert "lian_xi_dian_hua" in mends["non_ascii_name"]


def test_a_group_that_is_not_ended_is_found_at_its_begin() -> None:
    made = survey({"type": "begin repeat", "name": "r", "label": "每人"}, TEXT)
    assert ("survey", 2, "type", "unclosed_group") in errors(made)


@pytest.mark.parametrize(
    ("fields", "places"),
    [
        ({"x": "${x} + 1"}, {("survey", 3, "calculation", "circle")}),
        ({"x": "${y}", "y": "${z}", "z": "${x}"}, {("survey", 3, "calculation", "circle")}),
        (
            {"x": "${y}", "y": "${x}", "v": "${x}", "w": "${u}", "u": "${w}"},
            {("survey", 3, "calculation", "circle"), ("survey", 6, "calculation", "circle")},
        ),
        ({"x": "${y}", "y": "${z}", "z": "${a}"}, set()),
    ],
)
def test_each_circle_is_found_once(fields: dict[str, str], places: set[tuple[str, int, str, str]]) -> None:
    assert errors(calculated(**fields)) == places


def test_a_group_that_depends_on_what_is_in_it_is_a_circle() -> None:
    made = survey(
        {"type": "begin group", "name": "g", "label": "组", "relevant": "${a} = 'x'"},
        TEXT,
        {"type": "end group"},
    )
    assert ("survey", 2, "relevant", "circle") in errors(made)


@pytest.mark.parametrize(
    ("expression", "code"),
    [
        ("round(1)", None),
        ("round(1, 2, 3)", "wrong_arguments"),
        ("indexed-repeat(${a}, ${a})", "wrong_arguments"),
        ("concat(${a}, '（', \"）\")", None),
        ("${a", "bad_expression"),
        ("(" * 200 + "1" + ")" * 200, "bad_expression"),
        ("-" * 5000 + "1", "bad_expression"),
        ("count(instance('yes_no')/root/item[name = ${a}])", None),
    ],
)
def test_an_expression_is_read_as_the_engine_reads_it(expression: str, code: str | None) -> None:
    found = {one[3] for one in errors(calculated(x=expression))} - {"unknown_reference", "pyxform"}
    assert found == ({code} if code else set())


def test_what_only_puzzles_is_a_warning_and_the_form_is_taken() -> None:
    rows: Rows = [["type", "name", "label::中文 (zh)", "lable", "rellevant"], ["text", "a", "甲", "", ""]]
    made = making.made({"name": "x.xlsx"}, workbook(survey=rows))
    found = {(one.code, one.column) for one in made.findings}
    assert made.xform is not None
    assert {
        ("unknown_column", "lable"),
        ("unknown_column", "rellevant"),
    } <= found
    assert ("no_default_language", "label::中文 (zh)") in found


def test_duplicate_choices_are_taken_where_the_settings_allow_them() -> None:
    choices: Rows = [*CHOICES, ["needs", "lift", "再装一部"]]
    settings: Rows = [["form_title", "allow_choice_duplicates"], ["x", "yes"]]
    assert making.made({"name": "x.xlsx"}, good(choices=choices, settings=settings)).xform is not None


def test_what_only_pyxform_finds_is_in_chinese_with_its_row() -> None:
    made = survey(TEXT, {"type": "range", "name": "r", "label": "分", "parameters": "start=a end=b"})
    (finding,) = [one for one in made.findings if one.is_error]
    assert (finding.sheet, finding.row) == ("survey", 3)
    assert any("一" <= character <= "鿿" for character in finding.message + finding.mend)
