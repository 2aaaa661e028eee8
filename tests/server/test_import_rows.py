"""What a household list may look like, and what is said about every bad row."""

from __future__ import annotations

from datetime import date
from io import BytesIO
from typing import TYPE_CHECKING, Any

import openpyxl
import orjson
import pytest
from sqlalchemy import select

from server.core.database import db
from server.sync.models import Record
from tests.server.spreadsheets import HEADINGS, book, row, run, told

if TYPE_CHECKING:
    from flask import Flask

    from tests.server.organisation import Organisation

pytestmark = pytest.mark.usefixtures("org")


def stored(app: Flask) -> list[dict[str, Any]]:
    with app.app_context():
        found = db.session.scalars(select(Record).where(Record.type == "household"))
        return [orjson.loads(record.fields) | {"scope": record.scope_id} for record in found]


def test_a_good_row_becomes_a_household_of_its_grid(app: Flask, org: Organisation) -> None:
    report = run(app, book([row()]))
    assert (report.rows, report.imported, report.created, report.errors) == (1, 1, 1, [])
    assert stored(app) == [
        {
            "estate": "estate1", "house_code": "0001", "building": "3号楼", "entrance": "2单元",
            "door": "501", "head_name": "单小红", "head_pinyin": "shan xiao hong",
            "phone": "15400000001", "members_count": 3,
            "scope": f"grid:{org.units['grid1']}",
        }
    ]  # fmt: skip


def test_headings_stand_in_any_order_under_a_title_and_by_other_names(app: Flask) -> None:
    headings = [
        "序号",
        "*联系电话",
        "房号",
        "户主 姓名",
        "楼号",
        "户编号（必填）",
        "所属网格",
        "所在小区",
        "备注",
    ]
    stream = book(
        [[1, 13800000000.0, 501.0, "王五", 3, 17.0, " grid1 ", "estate1", "　常住　"]], headings, title=3
    )
    report = run(app, stream)
    assert report.errors == []
    assert report.notes == ["没有用到的列：序号"]
    [home] = stored(app)
    wanted = {"phone": "13800000000", "door": "501", "building": "3", "house_code": "17", "note": "常住"}
    assert home == home | wanted


def test_full_width_digits_and_spaces_are_made_plain(app: Flask) -> None:
    run(
        app,
        book(
            [
                row(
                    户号=" ０００７ ",
                    门牌="５０１",
                    电话="１５４ ００００ ０００１",
                    人数="３人",
                    网格="ＧＲＩＤ１",
                )
            ]
        ),
    )
    [home] = stored(app)
    assert (home["house_code"], home["door"], home["phone"], home["members_count"]) == (
        "0007",
        "501",
        "15400000001",
        3,
    )


def test_words_become_codes(app: Flask) -> None:
    headings = [*HEADINGS, "居住性质", "关爱标签", "救助类型"]
    stream = book([[*row(), "租住", "独居、残疾人", "低保户"], [*row(户号="2"), "空置", "无", ""]], headings)
    assert run(app, stream).errors == []
    first, second = sorted(stored(app), key=lambda home: str(home["house_code"]))
    assert (first["tenure"], first["care_tags"], first["support_status"]) == (
        "rented", ["living_alone_elderly", "disabled"], ["dibao"],
    )  # fmt: skip
    assert second["tenure"] == "vacant"
    assert "care_tags" not in second


def test_the_estate_may_be_left_out_where_the_grid_has_one(app: Flask) -> None:
    stream = book([row(网格="grid2", 小区=""), row(网格="grid1", 小区="", 户号="2")])
    report = run(app, stream, skip_bad=True)
    assert told(report) == [(3, "小区", "缺少小区（grid1有 estate1、estate1b）")]
    assert [home["estate"] for home in stored(app)] == ["estate2"]


@pytest.mark.parametrize(
    ("changes", "column", "message"),
    [
        ({"户号": ""}, "户号", "缺少户号"),
        ({"楼栋": None}, "楼栋", "缺少楼栋"),
        ({"门牌": "  "}, "门牌", "缺少门牌"),
        ({"网格": ""}, "网格", "缺少网格"),
        ({"网格": "gird1"}, "网格", "本社区没有网格“gird1”，是不是“grid1”"),
        ({"网格": "第九片"}, "网格", "本社区没有网格“第九片”，可填：grid1、grid2"),
        ({"网格": "other_grid"}, "网格", "本社区没有网格“other_grid”"),
        ({"小区": "estate2"}, "小区", "grid1没有小区“estate2”，是不是“estate1”“estate1b”？"),
        ({"电话": "138000"}, "电话", "H3 “138000”不是电话号码"),
        ({"电话": "138000000000"}, "电话", "H3 “138000000000”不是电话号码：手机应为 11 位"),
        ({"电话": "1.38E+10"}, "电话", "H3 是科学计数（1.38E+10）"),
        ({"人数": "三四口"}, "人数", "I3 “三四口”不是整数"),
        ({"人数": 2.5}, "人数", "I3 “2.5”不是整数"),
        ({"人数": -1}, "人数", "I3 “-1”不是整数"),
        ({"人数": 1000}, "人数", "人数应在 0 到 999 之间"),
        ({"户主": "长" * 61}, "户主", "户主不能超过 60 个字"),
        ({"门牌": True}, "门牌", "F3 是逻辑值"),
    ],
)
def test_a_bad_row_is_named_with_its_column_and_reason(
    app: Flask, changes: dict[str, Any], column: str, message: str
) -> None:
    report = run(app, book([row(户号="1"), row(**({"户号": "2"} | changes))]))
    assert report.refused
    [(number, where, reason)] = told(report)
    assert (number, where) == (3, column)
    assert reason.startswith(message)
    assert stored(app) == []


def test_every_fault_of_a_row_is_told_at_once(app: Flask) -> None:
    report = run(app, book([row(门牌="", 电话="12", 人数="多")]))
    assert [(error.row, error.column) for error in report.errors] == [(2, "人数"), (2, "电话"), (2, "门牌")]


def test_a_number_used_twice_names_both_rows(app: Flask) -> None:
    report = run(app, book([row(), row(户号="2"), row(门牌="502"), row(网格="grid2", 小区="estate2")]))
    assert told(report) == [(4, "户号", "户号“0001”重复：第 2 行和第 4 行")]


def test_a_day_that_excel_made_of_a_door_is_refused(app: Flask) -> None:
    made = openpyxl.Workbook()
    sheet = made.active
    assert sheet is not None
    sheet.append(HEADINGS)
    sheet.append(row(门牌=date(2026, 5, 1)))
    stream = BytesIO()
    made.save(stream)
    report = run(app, stream)
    [(number, column, message)] = told(report)
    assert (number, column) == (2, "门牌")
    assert message.startswith("F2 被 Excel 当成了日期或时间（2026-05-01）")


def test_good_rows_are_kept_with_skip_bad_and_none_without(app: Flask) -> None:
    rows = [row(户号=str(number), 人数="多" if number == 3 else 2) for number in range(1, 6)]
    refused = run(app, book(rows))
    assert (refused.refused, refused.imported, refused.skipped, stored(app)) == (True, 0, 1, [])
    report = run(app, book(rows), skip_bad=True)
    assert (report.rows, report.imported, report.created, report.skipped) == (5, 4, 4, 1)
    assert [(error.row, error.column) for error in report.errors] == [(4, "人数")]
    assert len(stored(app)) == 4


def test_a_dry_run_says_what_would_be_and_writes_nothing(app: Flask) -> None:
    report = run(app, book([row(), row(户号="2", 人数="多")]), dry_run=True)
    assert (report.created, report.skipped, report.refused, report.dry_run) == (1, 1, False, True)
    assert stored(app) == []


def test_headings_repeated_on_every_page_and_empty_rows_are_passed_over(app: Flask) -> None:
    report = run(app, book([row(), HEADINGS, [], row(户号="2")]))
    assert (report.rows, report.created, report.errors) == (2, 2, [])
