"""Merge through the real endpoint, between real devices (rules M1 to M8); see also the vectors."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from server.core.ids import new_id
from tests.server.databases import config
from tests.server.phone import WALL, Json, Phone, diary, household, review

if TYPE_CHECKING:
    from tests.server.conftest import SignIn
    from tests.server.organisation import Organisation

__all__ = ["config"]

Pair = tuple[Phone, Phone]


@pytest.fixture
def house(pair: Pair) -> str:
    """Return a household that both phones have read."""
    rid = pair[0].create("household", household(note="原来的备注", care_tags=["disabled", "hardship"]))
    for phone in pair:
        phone.sync()
    return rid


def statuses(answer: Json) -> list[str]:
    """Return each result's status."""
    return [one["status"] for one in answer["results"]]


def settle(pair: Pair) -> None:
    """Let both phones read everything."""
    for _ in range(2):
        for phone in pair:
            phone.sync()
    assert pair[0].records.keys() == pair[1].records.keys()
    assert pair[0].records == pair[1].records


def test_m1_disjoint_fields_both_survive(pair: Pair, house: str) -> None:
    one, two = pair
    one.set("household", house, {"phone": "13800000000"})
    two.set("household", house, {"note": "新的备注"})
    assert statuses(one.sync()) == ["applied"]
    assert statuses(two.sync()) == ["merged"]
    settle(pair)
    fields = one.records[house]["f"]
    assert (fields["phone"], fields["note"]) == ("13800000000", "新的备注")
    assert one.records[house]["s"] == {"phone": 2, "note": 3}
    assert not one.of_type("conflict")


def test_m1_two_hundred_disjoint_fields_all_survive(pair: Pair, house: str) -> None:
    for number in range(100):
        for side, phone in enumerate(pair):
            phone.set("household", house, {f"later_{side}_{number}": number})
    for phone in pair:
        phone.sync()
    settle(pair)
    fields = pair[0].records[house]["f"]
    assert all(fields[f"later_{side}_{n}"] == n for side in (0, 1) for n in range(100))


def test_m2_the_same_value_is_no_conflict(pair: Pair, house: str) -> None:
    for phone in pair:
        phone.set("household", house, {"note": "一样的备注"})
    assert [statuses(phone.sync()) for phone in pair] == [["applied"], ["merged"]]
    settle(pair)
    assert not pair[0].of_type("conflict")


def test_m3_the_other_value_becomes_a_conflict_of_both(pair: Pair, house: str, org: Organisation) -> None:
    one, two = pair
    one.set("household", house, {"note": "甲写的备注"})
    two.set("household", house, {"note": "乙写的备注"}, wall="1999-01-01T00:00:00.000Z")
    one.sync()
    (result,) = two.sync()["results"]
    assert result["status"] == "conflict"
    settle(pair)
    assert one.records[house]["f"]["note"] == "乙写的备注"
    (conflict,) = one.of_type("conflict")
    assert (conflict["id"], conflict["scope"]) == (result["conflict_id"], one.scope)
    fields = conflict["f"]
    assert (fields["record_type"], fields["record_id"], fields["field"]) == ("household", house, "note")
    assert (fields["shown"]["value"], fields["other"]["value"]) == ("乙写的备注", "甲写的备注")
    assert (fields["shown"]["device"], fields["other"]["device"]) == (two.device, one.device)
    assert (fields["shown"]["wall"], fields["other"]["wall"]) == ("1999-01-01T00:00:00.000Z", WALL)
    assert {fields[side]["account"] for side in ("shown", "other")} == {org.accounts["cadre1"]}
    assert fields["state"] == "open"


def test_m3_two_accounts_conflict_just_so(sign_in: SignIn, org: Organisation) -> None:
    cadre, reviewer = (Phone(sign_in(login), org.grid("grid1")) for login in ("cadre1", "reviewer"))
    rid = cadre.create(
        "problem",
        {"title": "路灯", "category": "other", "urgency": "normal", "source": "visit", "recorded_at": WALL},
    )
    for phone in (cadre, reviewer):
        phone.sync()
    cadre.set("problem", rid, {"title": "路灯不亮"})
    reviewer.set("problem", rid, {"title": "3 栋路灯不亮"})
    cadre.sync()
    reviewer.sync()
    settle((cadre, reviewer))
    (conflict,) = cadre.of_type("conflict")
    assert conflict["f"]["other"]["account"] == org.accounts["cadre1"]
    assert conflict["f"]["shown"]["account"] == org.accounts["reviewer"]


def test_m4_ones_own_chain_is_no_conflict(pair: Pair) -> None:
    one, _ = pair
    rid = one.create("diary_entry", diary())
    for number in range(5):
        one.set("diary_entry", rid, {"narrative": f"第 {number} 次修改的情况。"})
    assert set(statuses(one.sync())) == {"applied"}
    assert one.records[rid]["f"]["narrative"] == "第 4 次修改的情况。"
    one.set("diary_entry", rid, {"narrative": "读回来以后又修改。"})
    assert statuses(one.sync()) == ["applied"]
    assert not one.of_type("conflict")


def test_m4_an_edit_during_a_push_survives_it(pair: Pair) -> None:
    one, two = pair
    rid = one.create("diary_entry", diary())
    answer = one.post().get_json()
    one.set("diary_entry", rid, {"narrative": "发送途中又改了一句。"})
    one.apply(answer)
    assert [op["kind"] for op in one.outbox] == ["set"]
    one.sync()
    two.sync()
    assert two.records[rid]["f"]["narrative"] == "发送途中又改了一句。"
    assert not two.of_type("conflict")


def test_m5_members_of_sets_are_added_and_removed_by_both(pair: Pair, house: str) -> None:
    one, two = pair
    one.set("household", house, {"care_tags": ["hardship", "orphan"]})
    two.set("household", house, {"care_tags": ["disabled", "hardship", "seriously_ill"]})
    two.set("household", house, {"care_tags": ["disabled", "hardship", "seriously_ill", "other"]})
    one.sync()
    assert statuses(two.sync()) == ["merged", "applied"]
    settle(pair)
    assert one.records[house]["f"]["care_tags"] == ["hardship", "orphan", "seriously_ill", "other"]
    assert not one.of_type("conflict")


def test_m5_what_one_put_in_and_took_out_again_unread_is_out(pair: Pair, house: str) -> None:
    one, two = pair
    one.set("household", house, {"care_tags": ["disabled", "hardship", "other"]})
    two.set("household", house, {"care_tags": ["disabled", "hardship", "orphan"]})
    two.set("household", house, {"care_tags": ["hardship"]})
    one.sync()
    two.sync()
    settle(pair)
    assert one.records[house]["f"]["care_tags"] == ["hardship", "other"]


def test_m5_items_are_merged_by_their_key(pair: Pair, house: str) -> None:
    one, two = pair
    family = [{"key": "a", "name": "张伟"}, {"key": "b", "name": "李娜"}]
    one.set("household", house, {"members": family})
    one.sync()
    two.sync()
    one.set("household", house, {"members": [family[0] | {"job": "教师"}, family[1]]})
    two.set(
        "household", house, {"members": [family[0] | {"birth_year": 1980}, {"key": "c", "name": "张小明"}]}
    )
    one.sync()
    two.sync()
    settle(pair)
    assert one.records[house]["f"]["members"] == [
        {"key": "a", "name": "张伟", "job": "教师", "birth_year": 1980},
        {"key": "c", "name": "张小明"},
    ]
    assert not one.of_type("conflict")


def test_m6_an_edit_survives_a_deletion_and_the_other_way_round(pair: Pair) -> None:
    for deleter, editor in (pair, pair[::-1]):
        rid = deleter.create("diary_entry", diary())
        settle(pair)
        deleter.delete("diary_entry", rid)
        editor.set("diary_entry", rid, {"narrative": "另一台手机上改的。"})
        for phone in pair:
            phone.sync()
        settle(pair)
        assert deleter.records[rid]["f"]["narrative"] == "另一台手机上改的。"
        (conflict,) = [one for one in deleter.of_type("conflict") if one["f"]["record_id"] == rid]
        assert conflict["f"]["field"] == "gone"
        assert (conflict["f"]["shown"]["value"], conflict["f"]["other"]["value"]) == (False, True)
        assert conflict["f"]["other"]["device"] == deleter.device


def test_m6_a_deletion_that_nobody_contradicts_is_one(pair: Pair) -> None:
    one, two = pair
    rid = one.create("diary_entry", diary())
    one.set("diary_entry", rid, {"narrative": "先改一次再删除。"})
    settle(pair)
    two.delete("diary_entry", rid)
    assert statuses(two.sync()) == ["applied"]
    settle(pair)
    assert one.records[rid]["gone"] is True
    two.set("diary_entry", rid, {"narrative": "删了自己又来改。"})
    assert two.push()[0]["code"] == "record_gone"


def test_m7_an_append_only_record_never_changes(sign_in: SignIn, org: Organisation) -> None:
    phone = Phone(sign_in("reviewer"), org.grid("grid1"))
    fields = review(new_id())
    rid = phone.create("review", fields)
    phone.create("review", fields, rid=rid)
    phone.create("review", fields | {"comment": "又有意见"}, rid=rid)
    phone.set("review", rid, {"comment": "又有意见"})
    codes = [one.get("code") or one["status"] for one in phone.sync()["results"]]
    assert codes == ["applied", "applied", "id_reused", "not_allowed"]
    assert phone.records[rid]["f"] == fields


def test_m8_the_clock_decides_nothing(pair: Pair, house: str) -> None:
    one, two = pair
    one.set("household", house, {"note": "来自未来"}, wall="2099-01-01T00:00:00.000Z", mono=-1)
    two.set("household", house, {"note": "来自过去"}, wall="+012345-01-01T00:00:00.000Z", mono=1e300)
    one.sync()
    two.sync()
    settle(pair)
    assert one.records[house]["f"]["note"] == "来自过去"
    (conflict,) = one.of_type("conflict")
    assert conflict["f"]["other"]["value"] == "来自未来"


def test_rules_hold_for_the_record_as_it_has_become(pair: Pair) -> None:
    """Two edits that are good each by itself and bad together: the later one is quarantined."""
    one, two = pair
    rid = one.create("diary_entry", diary(not_home=True))
    settle(pair)
    one.set("diary_entry", rid, {"narrative": ""})
    two.set("diary_entry", rid, {"not_home": False})
    one.sync()
    (result,) = two.sync()["results"]
    assert (result["status"], result["field"]) == ("quarantined", "narrative")
    settle(pair)
    assert two.records[rid]["f"]["not_home"] is True
