"""Conflicts settled by people, with ordinary ops (rule M10)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.server.databases import config
from tests.server.phone import Json, Phone, diary, household

if TYPE_CHECKING:
    from tests.server.conftest import SignIn
    from tests.server.organisation import Organisation

__all__ = ["config"]

Pair = tuple[Phone, Phone]


@pytest.fixture
def conflict(pair: Pair, reviewer: Phone) -> str:
    """Return the one conflict, of the two phones on a household's note; all have read it."""
    one, two = pair
    rid = one.create("household", household(note="原来的备注"))
    settle(*pair)
    one.set("household", rid, {"note": "甲写的备注"})
    two.set("household", rid, {"note": "乙写的备注"})
    settle(one, two, one, reviewer)
    (found,) = one.of_type("conflict")
    return str(found["id"])


def settle(*phones: Phone) -> None:
    """Let the phones sync one after the other."""
    for phone in phones:
        phone.sync()


def codes(answer: Json) -> list[tuple[str, str | None]]:
    """Return the code and the field of each result."""
    return [(one.get("code", one["status"]), one.get("field")) for one in answer["results"]]


def test_m10_the_other_value_is_taken_with_an_ordinary_set(
    pair: Pair, conflict: str, org: Organisation
) -> None:
    one, two = pair
    found = one.records[conflict]["f"]
    one.set("household", found["record_id"], {"note": found["other"]["value"]})
    one.set("conflict", conflict, {"settled": "other", "note": "两人商量过"})
    answer = one.sync()
    assert codes(answer) == [("applied", None)] * 2
    two.sync()
    assert two.records[found["record_id"]]["f"]["note"] == "甲写的备注"
    assert two.of_type("conflict") == [two.records[conflict]], "what was decided is no new conflict"
    settled = two.records[conflict]["f"]
    assert settled == found | {
        "state": "settled", "settled": "other", "note": "两人商量过",
        "settled_by": org.accounts["cadre1"], "settled_at": settled["settled_at"],
    }  # fmt: skip
    (version,) = two.records[conflict]["h"]
    assert (version["rev"], version["at"]) == (2, settled["settled_at"])
    assert version["set"]["settled_by"] == org.accounts["cadre1"]


def test_m10_a_supervisor_settles_what_she_may_not_write(
    pair: Pair, conflict: str, reviewer: Phone, org: Organisation
) -> None:
    rid = reviewer.records[conflict]["f"]["record_id"]
    reviewer.set("household", rid, {"note": "督导员另写"}, settles=conflict)
    reviewer.set("conflict", conflict, {"settled": "new"})
    assert codes(reviewer.sync()) == [("applied", None)] * 2
    pair[0].sync()
    settled, record = (pair[0].records[one] for one in (conflict, rid))
    assert settled["f"]["settled_by"] == org.accounts["reviewer"]
    assert record["f"]["note"] == "督导员另写"
    assert (record["h"][-1]["by"], record["h"][-1]["device"]) == (org.accounts["reviewer"], reviewer.device)
    assert [one["id"] for one in pair[0].of_type("conflict")] == [conflict], "it is no new conflict"


def test_m10_a_supervisor_settles_a_diary_and_a_deletion(pair: Pair, reviewer: Phone) -> None:
    one, two = pair
    rid = one.create("diary_entry", diary())
    settle(*pair)
    one.set("diary_entry", rid, {"target_name": "张记超市"})
    two.set("diary_entry", rid, {"target_name": "李记超市"})
    two.sync()
    settle(*pair, one)
    two.set("diary_entry", rid, {"narrative": "另一台手机上改的。"})
    one.delete("diary_entry", rid)
    settle(two, one, reviewer)
    found = {each["f"]["field"]: each["id"] for each in reviewer.of_type("conflict")}
    reviewer.set("diary_entry", rid, {"target_name": "李记超市"}, settles=found["target_name"])
    reviewer.set("conflict", found["target_name"], {"settled": "other"})
    reviewer.delete("diary_entry", rid)
    answered = codes(reviewer.sync())
    assert answered[2] == ("not_allowed", "rid")
    assert {code for code, _ in answered[:2]} <= {"applied", "merged"}
    one.sync()
    assert one.records[rid]["f"]["target_name"] == "李记超市"
    reviewer.delete("diary_entry", rid, settles=found["gone"])
    reviewer.set("conflict", found["gone"], {"settled": "other"})
    assert codes(reviewer.sync()) == [("applied", None)] * 2
    one.sync()
    assert one.records[rid]["gone"] is True


def test_m10_a_supervisor_writes_nothing_but_what_is_in_conflict(
    pair: Pair, conflict: str, reviewer: Phone
) -> None:
    one = pair[0]
    other = one.create("household", household(house_code="0102", door="102", note="没有冲突"))
    settle(one, reviewer)
    rid = reviewer.records[conflict]["f"]["record_id"]
    reviewer.set("household", rid, {"note": "没说冲突"})
    reviewer.set("household", rid, {"head_name": "改名"}, settles=conflict)
    reviewer.set("household", rid, {"note": "另写", "head_name": "改名"}, settles=conflict)
    reviewer.set("household", other, {"note": "别的住户"}, settles=conflict)
    reviewer.set("household", other, {"note": "别的住户"}, settles=rid)
    reviewer.set("household", rid, {"note": "没有这个冲突"}, settles=other)
    reviewer.delete("household", rid, settles=conflict)
    reviewer.set("household", rid, {"note": "不是编号"}, settles="x")
    assert codes(reviewer.sync()) == [("not_allowed", "rid")] * 7 + [("invalid_op", "settles")]
    one.sync()
    assert one.records[rid]["f"]["note"] == "乙写的备注"
    assert one.records[other]["f"]["note"] == "没有冲突"


def test_m10_what_was_settled_meanwhile_is_not_settled_over(
    pair: Pair, conflict: str, reviewer: Phone
) -> None:
    one = pair[0]
    rid = one.records[conflict]["f"]["record_id"]
    one.set("conflict", conflict, {"settled": "shown"})
    one.sync()
    reviewer.set("household", rid, {"note": "督导员另写"}, settles=conflict)
    assert codes(reviewer.sync()) == [("already_decided", "settles")]
    one.sync()
    assert one.records[rid]["f"]["note"] == "乙写的备注"


@pytest.mark.parametrize(
    "login",
    [
        "other_reviewer",
        "other_cadre",
        "district_admin",
        "auditor",
        "editor",
        "org_admin",
        "cadre2",
        "grid_lead",
    ],
)
def test_m10_nobody_else_settles_by_naming_a_conflict(
    sign_in: SignIn, org: Organisation, pair: Pair, conflict: str, login: str
) -> None:
    rid = pair[0].records[conflict]["f"]["record_id"]
    stranger = Phone(sign_in(login), org.grid("grid1"))
    stranger.set("household", rid, {"note": "外人写的"}, base={"note": 3}, settles=conflict)
    ((code, _),) = codes(stranger.sync())
    assert code in {"scope_unknown", "not_allowed"}
    pair[0].sync()
    assert pair[0].records[rid]["f"]["note"] == "乙写的备注"


def test_m10_a_settlement_can_be_made_anew_and_taken_back(pair: Pair, conflict: str, reviewer: Phone) -> None:
    one, _ = pair
    one.set("conflict", conflict, {"settled": "shown"})
    settle(one, reviewer)
    reviewer.set("conflict", conflict, {"settled": "new"})
    assert codes(reviewer.sync()) == [("applied", None)]
    reviewer.set("conflict", conflict, {"settled": None})
    settle(reviewer, one)
    fields = one.records[conflict]["f"]
    assert fields["state"] == "open"
    assert not {"settled", "settled_by", "settled_at"} & fields.keys()
    kept = [version["set"]["settled"] for version in one.records[conflict]["h"]]
    assert kept == ["shown", "new", None]


def test_m10_two_settlements_at_once_are_merged_as_any_two_sets(
    pair: Pair, conflict: str, reviewer: Phone
) -> None:
    one, two = pair
    one.set("conflict", conflict, {"settled": "shown"})
    two.set("conflict", conflict, {"settled": "shown"})
    reviewer.set("conflict", conflict, {"settled": "other"})
    assert codes(one.sync()) == [("applied", None)]
    assert codes(two.sync()) == [("merged", None)], "both decided the same"
    assert codes(reviewer.sync()) == [("conflict", None)]
    one.sync()
    (second,) = [found["f"] for found in one.of_type("conflict") if found["id"] != conflict]
    assert (second["record_type"], second["record_id"], second["field"]) == ("conflict", conflict, "settled")
    assert (second["shown"]["value"], second["other"]["value"]) == ("other", "shown")


@pytest.mark.parametrize(
    ("fields", "code", "field"),
    [
        ({"settled": "shown", "state": "open"}, "not_allowed", "state"),
        ({"settled_by": "019ab500-0000-7000-8000-000000000001"}, "not_allowed", "settled_by"),
        ({"shown": None, "settled": "other"}, "not_allowed", "shown"),
        ({"later_field": 1}, "not_allowed", "later_field"),
        ({"settled": "mine"}, "invalid_field", "settled"),
        ({"settled": "shown", "note": "长" * 2001}, "invalid_field", "note"),
    ],
)
def test_m10_nothing_else_of_a_conflict_can_be_set(
    pair: Pair, conflict: str, fields: Json, code: str, field: str
) -> None:
    one, _ = pair
    before = one.records[conflict]
    one.set("conflict", conflict, fields)
    assert codes(one.sync()) == [(code, field)]
    assert one.records[conflict] == before


def test_m10_no_phone_makes_or_deletes_a_conflict(pair: Pair, conflict: str) -> None:
    one, _ = pair
    one.create("conflict", one.records[conflict]["f"])
    one.delete("conflict", conflict)
    assert codes(one.sync()) == [("not_allowed", "type"), ("not_allowed", "rid")]


def test_m10_who_only_reads_settles_nothing(sign_in: SignIn, org: Organisation, conflict: str) -> None:
    auditor = Phone(sign_in("auditor"), org.grid("grid1"))
    auditor.sync()
    assert conflict in auditor.records
    auditor.set("conflict", conflict, {"settled": "shown"})
    assert codes(auditor.sync()) == [("not_allowed", "scope")]


def test_m10_a_deletion_that_an_edit_outlived_is_settled_by_deleting(pair: Pair) -> None:
    one, two = pair
    rid = one.create("diary_entry", diary())
    settle(*pair)
    two.set("diary_entry", rid, {"narrative": "另一台手机上改的。"})
    one.delete("diary_entry", rid)
    settle(two, one, two)
    (found,) = one.of_type("conflict")
    one.delete("diary_entry", rid)
    one.set("conflict", found["id"], {"settled": "other"})
    assert codes(one.sync()) == [("applied", None)] * 2
    two.sync()
    assert two.records[rid]["gone"] is True
    assert two.records[found["id"]]["f"]["settled"] == "other"
