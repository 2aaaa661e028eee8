"""A list that comes again: only what is news is written, and nobody's work is lost."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson
import pytest
from sqlalchemy import func, select

from server.core.database import db
from server.sync.models import Op, Record
from tests.server.phone import Phone
from tests.server.spreadsheets import HEADINGS, book, row, run, told

if TYPE_CHECKING:
    from flask import Flask

    from tests.server.conftest import SignIn
    from tests.server.organisation import Organisation


def stored(app: Flask, kind: str = "household") -> list[dict[str, Any]]:
    with app.app_context():
        found = db.session.scalars(select(Record).where(Record.type == kind))
        return [orjson.loads(record.fields) for record in found]


def ops(app: Flask) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(Op)) or 0


def edited(sign_in: SignIn, org: Organisation, change: dict[str, Any]) -> None:
    """Let the cadre of the grid pull the household, change it and push."""
    phone = Phone(sign_in("cadre1"), f"grid:{org.units['grid1']}")
    phone.sync()
    [rid] = [rid for rid, entry in phone.records.items() if entry["type"] == "household"]
    phone.set("household", rid, change)
    phone.sync()


def test_the_same_list_again_writes_nothing(app: Flask, org: Organisation) -> None:
    del org
    run(app, book([row(), row(户号="2")]))
    before = ops(app)
    report = run(app, book([row(), row(户号="2")]))
    assert (report.unchanged, report.created, report.updated, ops(app)) == (2, 0, 0, before)


def test_only_the_changed_fields_are_written(app: Flask, org: Organisation) -> None:
    del org
    run(app, book([row(), row(户号="2")]))
    report = run(app, book([row(电话="15400000009"), row(户号="2")]))
    assert (report.updated, report.unchanged) == (1, 1)
    with app.app_context():
        last = db.session.scalars(select(Op).order_by(Op.seq.desc())).first()
        assert last is not None
        assert orjson.loads(last.body)["set"] == {"phone": "15400000009"}


def test_a_new_head_gets_a_new_search_key(app: Flask, org: Organisation) -> None:
    del org
    run(app, book([row()]))
    run(app, book([row(户主="欧阳春")]))
    assert [home["head_pinyin"] for home in stored(app)] == ["ou yang chun"]


def test_an_empty_cell_erases_nothing(app: Flask, org: Organisation) -> None:
    del org
    run(app, book([row()]))
    report = run(app, book([row(电话="", 人数=None)]))
    assert report.unchanged == 1
    [home] = stored(app)
    assert (home["phone"], home["members_count"]) == ("15400000001", 3)


def test_a_cadres_edit_of_another_field_survives(app: Flask, org: Organisation, sign_in: SignIn) -> None:
    run(app, book([row()]))
    edited(sign_in, org, {"note": "钥匙在对门", "members_count": 4})
    report = run(app, book([row(电话="15400000009")]))
    assert (report.updated, report.kept, report.conflicts) == (1, 1, 0)
    [home] = stored(app)
    assert (home["phone"], home["members_count"], home["note"]) == ("15400000009", 4, "钥匙在对门")
    assert stored(app, "conflict") == []


def test_an_old_list_doesnt_undo_a_cadres_correction(app: Flask, org: Organisation, sign_in: SignIn) -> None:
    run(app, book([row()]))
    edited(sign_in, org, {"phone": "15400000005"})
    report = run(app, book([row()]))
    assert (report.updated, report.unchanged, report.kept) == (0, 1, 1)
    assert report.notes == ["有 1 处与名单不同，保留了干部的登记和修改"]
    assert [home["phone"] for home in stored(app)] == ["15400000005"]


def test_what_both_changed_becomes_a_conflict_with_both_values(
    app: Flask, org: Organisation, sign_in: SignIn
) -> None:
    run(app, book([row()]))
    edited(sign_in, org, {"phone": "15400000005"})
    report = run(app, book([row(电话="15400000009")]))
    assert (report.updated, report.conflicts) == (1, 1)
    assert [home["phone"] for home in stored(app)] == ["15400000009"]
    [conflict] = stored(app, "conflict")
    assert (conflict["field"], conflict["shown"]["value"], conflict["other"]["value"]) == (
        "phone", "15400000009", "15400000005",
    )  # fmt: skip


def test_what_a_cadre_added_to_tags_stays_when_the_list_changes_others(
    app: Flask, org: Organisation, sign_in: SignIn
) -> None:
    headings = [*HEADINGS, "关爱标签"]
    run(app, book([[*row(), "残疾"]], headings))
    edited(sign_in, org, {"care_tags": ["disabled", "hardship"]})
    report = run(app, book([[*row(), "重病"]], headings))
    assert (report.updated, report.conflicts) == (1, 0)
    [home] = stored(app)
    assert sorted(home["care_tags"]) == ["hardship", "seriously_ill"]


def test_another_administrators_list_is_no_conflict(app: Flask, org: Organisation) -> None:
    run(app, book([row()]))
    with app.app_context():
        from server.accounts.models import Account  # noqa: PLC0415 - only this test moves an account
        from server.core.database import writing  # noqa: PLC0415

        with writing() as session:
            session.get_one(Account, org.accounts["editor"]).roles = ["org_admin"]
    run(app, book([row(电话="15400000008")]), account="editor")
    report = run(app, book([row(电话="15400000009")]))
    assert (report.updated, report.kept, report.conflicts) == (1, 0, 0)


def test_p14_a_household_that_the_list_has_in_another_grid_moves(
    app: Flask, org: Organisation, sign_in: SignIn
) -> None:
    run(app, book([row(), row(户号="2")]))
    report = run(app, book([row(网格="grid2", 小区="estate2"), row(户号="2")]))
    assert (report.moved, report.updated, report.unchanged, report.skipped) == (1, 1, 1, 0)
    assert any("原在别的网格" in note for note in report.notes)
    phone = Phone(sign_in("cadre2"), org.grid("grid2"))
    phone.sync()
    (home,) = phone.of_type("household")
    assert (home["f"]["estate"], home["f"]["house_code"]) == ("estate2", "0001")
    again = run(app, book([row(网格="grid2", 小区="estate2"), row(户号="2")]))
    assert (again.moved, again.unchanged) == (0, 2)


@pytest.mark.usefixtures("org")
def test_a_household_that_the_list_has_in_two_grids_is_reported(app: Flask) -> None:
    run(app, book([row()]))
    report = run(app, book([row(网格="grid2", 小区="estate2"), row()]), skip_bad=True)
    assert told(report) == [(2, "户号", "户号“0001”在grid1也有同一地址的一户，请先核对")]
    assert (report.moved, report.unchanged) == (0, 1)


@pytest.mark.usefixtures("org")
def test_the_same_number_at_another_address_of_another_grid_is_another_household(app: Flask) -> None:
    run(app, book([row()]))
    assert run(app, book([row(网格="grid2", 小区="estate2", 楼栋="9号楼")])).created == 1


def test_a_cadre_finds_what_was_imported(app: Flask, org: Organisation, sign_in: SignIn) -> None:
    run(app, book([row(), row(网格="grid2", 小区="estate2", 楼栋="9号楼")]))
    phone = Phone(sign_in("cadre1"), f"grid:{org.units['grid1']}")
    phone.sync()
    assert [entry["f"]["estate"] for entry in phone.records.values()] == ["estate1"]
