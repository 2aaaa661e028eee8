"""The records' own rules and derived fields, and the tables that SQL asks."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from server.contacts.rules import pinyin_of
from server.core.days import today
from server.core.ids import new_id
from tests.server.phone import Json, Phone, diary, household, problem, review

if TYPE_CHECKING:
    from tests.server.conftest import SignIn
    from tests.server.organisation import Organisation


@pytest.mark.parametrize(
    ("name", "pinyin"),
    [
        ("张伟", "zhang wei"),
        ("单雄信", "shan xiong xin"),
        ("欧阳修", "ou yang xiu"),
        ("尉迟恭", "yu chi gong"),
        ("曾国", "zeng guo"),
        ("Anna 王", "anna wang"),
        (" 李娜 ", "li na"),
    ],
)
def test_a_name_is_spelled_by_its_syllables(name: str, pinyin: str) -> None:
    assert pinyin_of(name) == pinyin


def test_the_server_makes_head_pinyin_and_no_client_does(phone: Phone) -> None:
    rid = phone.create("household", household(head_name="张伟", head_pinyin="li si"))
    nameless = phone.create("household", household(head_name=None, head_pinyin="li si"))
    phone.sync()
    assert phone.records[rid]["f"]["head_pinyin"] == "zhang wei"
    assert "head_pinyin" not in phone.records[nameless]["f"]
    phone.set("household", rid, {"head_name": "解晓东"})
    phone.set("household", rid, {"head_pinyin": "wang wu"})
    phone.sync()
    assert phone.records[rid]["f"]["head_pinyin"] == "xie xiao dong"
    assert phone.records[rid]["s"] == {"head_name": 2, "head_pinyin": 2}
    phone.set("household", rid, {"head_name": None})
    phone.sync()
    assert "head_pinyin" not in phone.records[rid]["f"]


def test_a_cleared_field_is_absent(phone: Phone) -> None:
    rid = phone.create("household", household(phone="13800000000", note=None))
    phone.set("household", rid, {"phone": None})
    phone.sync()
    assert phone.records[rid]["f"].keys() & {"phone", "note"} == set()


def test_a_required_field_can_not_be_cleared(phone: Phone) -> None:
    rid = phone.create("household", household())
    phone.set("household", rid, {"door": None})
    assert phone.push()[1]["message"] == "门牌不能为空"


def test_a_visit_may_be_of_tomorrow_but_not_later(phone: Phone) -> None:
    for days in (1, 2):
        phone.create("diary_entry", diary(visit_date=str(today() + timedelta(days=days))))
    assert [one.get("field") for one in phone.push()] == [None, "visit_date"]


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"target_type": "household", "household_id": None}, "household_id"),
        ({"target_type": "enterprise", "target_name": None}, "target_name"),
        ({"narrative": "  短 ", "not_home": False}, "narrative"),
        ({"narrative": "", "not_home": True}, None),
    ],
)
def test_a_diary_entry_says_whom_and_what(phone: Phone, fields: Json, field: str | None) -> None:
    phone.create("diary_entry", diary(**fields))
    assert phone.push()[0].get("field") == field


@pytest.mark.parametrize(
    ("fields", "field", "state"),
    [
        ({}, None, "recorded"),
        ({"disposition": "on_spot"}, None, "resolved_on_spot"),
        ({"disposition": "timed"}, "due_on", None),
        ({"disposition": "timed", "due_on": "2100-12-31"}, None, "open"),
        ({"disposition": "timed", "due_on": "2101-01-01"}, "due_on", None),
        ({"disposition": "phased", "milestones": []}, "milestones", None),
        (
            {"disposition": "phased", "milestones": [{"key": "1", "text": "勘察", "due_on": "2026-12-01"}]},
            None,
            "phased",
        ),
        ({"disposition": "phased", "milestones": [{"key": "1", "text": "勘察"}]}, "milestones", None),
        ({"disposition": "explained", "explained_reason": "超出职权"}, "told_on", None),
        (
            {
                "disposition": "explained",
                "explained_reason": "x",
                "told_on": "2026-11-20",
                "told_how": "当面",
            },
            None,
            "explained",
        ),
        ({"state": "closed"}, None, "closed"),
    ],
)
def test_a_disposition_needs_its_fields_and_sets_the_state(
    phone: Phone, fields: Json, field: str | None, state: str | None
) -> None:
    rid = phone.create("problem", problem(**fields))
    assert phone.sync()["results"][0].get("field") == field
    if state is not None:
        assert phone.records[rid]["f"]["state"] == state


def test_the_state_follows_a_later_disposition_until_the_problem_is_resolved(phone: Phone) -> None:
    rid = phone.create("problem", problem())
    for fields, state in (
        ({"disposition": "timed", "due_on": "2026-12-01"}, "open"),
        ({"state": "resolved", "result": "已修好"}, "resolved"),
        ({"disposition": "on_spot"}, "resolved"),
    ):
        phone.set("problem", rid, fields)
        phone.sync()
        assert phone.records[rid]["f"]["state"] == state


def test_a_return_says_why(sign_in: SignIn, org: Organisation) -> None:
    phone = Phone(sign_in("reviewer"), org.grid("grid1"))
    phone.create("review", review(new_id(), verdict="returned"))
    phone.create("review", review(new_id(), verdict="returned", comment="请写明时间"))
    on_field = [{"field": "narrative", "text": "请写具体"}]
    phone.create("review", review(new_id(), verdict="returned", comments=on_field, seen={"narrative": "旧"}))
    assert [one.get("field") for one in phone.push()] == ["comment", None, None]


def test_an_item_is_named_by_its_place(phone: Phone) -> None:
    members = [{"key": "1", "name": "张伟"}, {"key": "2", "name": ""}]
    phone.create("household", household(members=members))
    phone.create("household", household(members=[members[0], members[0]]))
    assert [one["message"] for one in phone.push()] == ["家庭成员第 2 项：姓名不能为空", "家庭成员有重复的项"]
