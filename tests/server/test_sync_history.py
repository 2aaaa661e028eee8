"""The versions of a record on its entry (rule L10)."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import update

from server.core.database import now, writing
from server.sync import history
from server.sync.models import Op
from tests.server.databases import config
from tests.server.phone import WALL, Json, Phone, diary, household

if TYPE_CHECKING:
    from flask import Flask

    from tests.server.conftest import SignIn
    from tests.server.organisation import Organisation

__all__ = ["config"]


def versions(phone: Phone, rid: str) -> list[Json]:
    """Return the record's history as the phone has pulled it."""
    phone.sync()
    found: list[Json] = phone.records[rid]["h"]
    return found


def test_l10_every_version_says_who_when_where_and_what(
    phone: Phone, reviewer: Phone, sign_in: SignIn, org: Organisation
) -> None:
    second = Phone(sign_in("cadre1"), phone.scope)
    rid = phone.create("household", household(note="原来的备注", care_tags=["orphan"]))
    phone.sync()
    assert "h" not in phone.records[rid], "a record that never changed carries no history"
    second.sync()
    phone.set("household", rid, {"care_tags": ["orphan", "other"]})
    second.set(
        "household", rid, {"note": None, "care_tags": ["orphan", "hardship"]}, wall="1999-01-01T00:00:00Z"
    )
    phone.sync()
    second.sync()
    found = versions(reviewer, rid)
    assert [(one["rev"], one["kind"], one["device"]) for one in found] == [
        (1, "create", phone.device), (2, "set", phone.device), (3, "set", second.device),
    ]  # fmt: skip
    assert {one["by"] for one in found} == {org.accounts["cadre1"]}
    assert [one["wall"] for one in found] == [WALL, WALL, "1999-01-01T00:00:00Z"]
    assert all(one["at"] <= reviewer.answers[-1]["time"] for one in found)
    assert found[0]["set"]["head_pinyin"], "with what the server made of it"
    assert found[1]["set"] == {"care_tags": ["orphan", "other"]}
    assert found[2]["set"] == {"note": None, "care_tags": ["orphan", "other", "hardship"]}, "as it was stored"


def test_l10_a_deleted_record_keeps_its_history(phone: Phone, reviewer: Phone) -> None:
    rid = phone.create("diary_entry", diary())
    phone.sync()
    phone.delete("diary_entry", rid)
    phone.sync()
    found = versions(reviewer, rid)
    assert reviewer.records[rid]["gone"] is True
    assert [one["kind"] for one in found] == ["create", "delete"]
    assert found[0]["set"]["narrative"] == diary()["narrative"]
    assert "set" not in found[1]


def test_l10_what_was_refused_is_no_version(phone: Phone) -> None:
    rid = phone.create("diary_entry", diary())
    phone.set("diary_entry", rid, {"services": []})
    phone.set("diary_entry", rid, {"narrative": "补充一点情况。"})
    assert [(one["rev"], one["kind"]) for one in versions(phone, rid)] == [(1, "create"), (2, "set")]


def test_l10_there_are_at_most_the_newest_50_of_12_months(app: Flask, phone: Phone, reviewer: Phone) -> None:
    rid = phone.create("diary_entry", diary())
    for number in range(60):
        phone.set("diary_entry", rid, {"narrative": f"第 {number} 次修改的情况。"})
    assert [one["rev"] for one in versions(phone, rid)] == list(range(12, 62))
    with app.app_context(), writing() as session:
        session.execute(update(Op).where(Op.rev < 60).values(received_at=now() - timedelta(days=400)))
    assert [one["rev"] for one in versions(reviewer, rid)] == [60, 61]


def test_l10_long_versions_are_fewer(phone: Phone) -> None:
    narrative = "走访记录" * 2_500
    rid = phone.create("diary_entry", diary(narrative=narrative))
    for number in range(8):
        phone.set("diary_entry", rid, {"narrative": f"{narrative}{number}"})
    found = versions(phone, rid)
    assert [one["rev"] for one in found] == [6, 7, 8, 9]
    assert sum(len(one["set"]["narrative"].encode()) for one in found) < history.MOST_BYTES


def test_l10_a_page_counts_what_its_histories_weigh(phone: Phone, reviewer: Phone) -> None:
    narrative = "走访记录" * 2_500
    rids = [phone.create("diary_entry", diary(narrative=narrative)) for _ in range(20)]
    for number in range(4):
        for rid in rids:
            phone.set("diary_entry", rid, {"narrative": f"{narrative}{number}"})
    phone.sync()
    pages = []
    while True:
        answer = reviewer.post([]).get_json()
        pages += [len(page["entries"]) for page in answer["scopes"] if page["id"] == reviewer.scope]
        if not reviewer.apply(answer):
            break
    assert max(pages) <= 5, "one entry weighs about 150 kB with its history"
    assert all(len(reviewer.records[rid]["h"]) == 4 for rid in rids)
