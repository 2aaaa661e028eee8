"""Ops for a grid that their author held once: handed over, taken or declined (rule P13)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select, update

from server.accounts.models import Account, ContactPointAssignment
from server.core.access import Role
from server.core.database import db, now, writing
from server.core.days import today
from server.core.ids import new_id
from server.diary.models import DiaryEntry
from server.sync.models import Op
from server.sync.own_ids import system_device
from tests.server.databases import config
from tests.server.phone import Json, Phone, diary, household, problem, review

if TYPE_CHECKING:
    from flask import Flask

    from tests.server.conftest import SignIn
    from tests.server.organisation import Organisation

__all__ = ["config"]


class Story:
    """A cadre whose grid goes to another one while he still has something unsent."""

    def __init__(self, app: Flask, sign_in: SignIn, org: Organisation) -> None:
        self.app, self.sign_in, self.org = app, sign_in, org
        self.scope = org.grid("grid1")
        self.old = Phone(sign_in("cadre1"), self.scope)

    def lose(self) -> Phone:
        """Return the phone of the new holder, after the grid was taken from the old one."""
        with self.app.app_context(), writing() as session:
            session.execute(
                update(ContactPointAssignment)
                .where(ContactPointAssignment.id == self.org.assignments["cadre1"])
                .values(ended_at=now())
            )
        self.assign("idle_cadre")
        return Phone(self.sign_in("idle_cadre"), self.scope)

    def assign(self, login: str) -> None:
        """Give the grid to the cadre."""
        with self.app.app_context(), writing() as session:
            session.add(
                ContactPointAssignment(
                    id=new_id(),
                    cadre_id=self.org.accounts[login],
                    grid_id=self.org.units["grid1"],
                    estate_ids=[self.org.units["estate1"]],
                    from_day=today(),
                    assigned_by=self.org.accounts["org_admin"],
                    created_at=now(),
                )
            )

    def kept(self) -> list[Json]:
        """Return the fields of the old holder's quarantine records, by n."""
        self.old.sync()
        found = [one["f"] for one in self.old.of_type("quarantine")]
        return sorted(found, key=lambda fields: fields["n"])


@pytest.fixture
def story(app: Flask, sign_in: SignIn, org: Organisation) -> Story:
    """Return the story at its beginning."""
    return Story(app, sign_in, org)


def codes(answer: Json) -> list[str]:
    """Return each result's code, or its status where it has none."""
    return [one.get("code") or one["status"] for one in answer["results"]]


def the_one(phone: Phone) -> Json:
    """Return the only handover that the phone has."""
    (found,) = phone.of_type("handover")
    return found


def decide(phone: Phone, rid: str, **fields: str) -> list[str]:
    """Return the codes of one sync in which the phone decides on the handover."""
    phone.set("handover", rid, fields)
    return codes(phone.sync())


def test_p13_what_is_handed_over_is_taken_in_its_author_s_name(story: Story, app: Flask) -> None:
    old, org = story.old, story.org
    house = old.create("household", household())
    old.sync()
    visit = old.create("diary_entry", diary())
    old.set("diary_entry", visit, {"narrative": "回来以后又补充了几句。"})
    old.set("household", house, {"note": "有狗，先打电话"})
    new = story.lose()
    answer = old.sync()
    assert codes(answer) == ["handed_over"] * 3
    assert not old.outbox
    assert answer["lost"] == [story.scope]

    new.sync()
    waiting = {one["f"]["rid"]: one for one in new.of_type("handover")}
    assert set(waiting) == {visit, house}
    fields = waiting[visit]["f"]
    assert (fields["of_type"], fields["reason"], fields["state"]) == ("diary_entry", "scope_lost", "waiting")
    assert (fields["account"], fields["device"]) == (org.accounts["cadre1"], old.device)
    assert [(op["n"], op["kind"]) for op in fields["ops"]] == [(2, "create"), (3, "set")]
    assert fields["ops"][0]["set"] == diary()
    assert visit not in new.records

    for one in waiting.values():
        assert decide(new, one["id"], state="taken") == ["applied"]
    entry = new.records[visit]
    assert entry["by"] == org.accounts["cadre1"], "in his name"
    assert entry["f"]["narrative"] == "回来以后又补充了几句。"
    assert new.records[house]["f"]["note"] == "有狗，先打电话"
    assert new.of_type("conflict") == []
    decided = new.records[waiting[visit]["id"]]["f"]
    assert (decided["state"], decided["decided_by"]) == ("taken", org.accounts["idle_cadre"])
    kept = story.kept()
    assert [one["decision"] for one in kept] == ["taken"] * 3
    assert kept[0]["code"] == "handed_over"
    assert kept[0]["decided_by"] == org.accounts["idle_cadre"]
    assert kept[0]["handover"] == waiting[visit]["id"]
    with app.app_context():
        row = db.session.get(DiaryEntry, visit)
        assert row is not None
        assert row.author_id == org.accounts["cadre1"]
        devices = set(db.session.scalars(select(Op.device_id).where(Op.rid == visit, Op.rev.is_not(None))))
        assert devices == {system_device(org.accounts["cadre1"])}


def test_p13_the_supervisor_sees_it_and_declines_with_a_reason(story: Story) -> None:
    visit = story.old.create("diary_entry", diary())
    new = story.lose()
    story.old.sync()
    supervisor = Phone(story.sign_in("reviewer"), story.scope)
    supervisor.sync()
    handover = the_one(supervisor)["id"]
    assert decide(supervisor, handover, state="declined") == ["invalid_field"]
    assert decide(supervisor, handover, state="declined", note="已另外登记") == ["applied"]
    new.sync()
    assert visit not in new.records
    assert the_one(new)["f"]["note"] == "已另外登记"
    (kept,) = story.kept()
    assert (kept["decision"], kept["decision_note"]) == ("declined", "已另外登记")
    assert kept["decided_by"] == story.org.accounts["reviewer"]


def test_p13_only_the_first_decision_counts(story: Story) -> None:
    visit = story.old.create("diary_entry", diary())
    new = story.lose()
    story.old.sync()
    new.sync()
    supervisor = Phone(story.sign_in("secretary"), story.scope)
    supervisor.sync()
    handover = the_one(new)["id"]
    assert decide(new, handover, state="taken") == ["applied"]
    first = the_one(new)["f"]
    assert decide(supervisor, handover, state="declined", note="不要") == ["already_decided"]
    assert decide(supervisor, handover, state="taken") == ["applied"], "the same decision is no other one"
    new.sync()
    assert the_one(new)["f"] == first
    assert new.records[visit]["rev"] == 1, "applied once"
    assert decide(new, handover, state="waiting") == ["not_allowed"]


def test_p13_what_cannot_be_applied_still_waits(story: Story) -> None:
    old = story.old
    rid = old.create("problem", problem())
    old.sync()
    old.set("problem", rid, {"due_on": None, "disposition": "on_spot"})
    old.set("problem", rid, {"disposition": "timed"})
    new = story.lose()
    assert codes(old.sync()) == ["handed_over"] * 2
    new.sync()
    handover = the_one(new)["id"]
    before = new.records[rid]
    assert decide(new, handover, state="taken") == ["invalid_field"], "办结时限不能为空"
    assert the_one(new)["f"]["state"] == "waiting"
    assert new.records[rid] == before, "nothing of it is half applied"
    new.set("problem", rid, {"due_on": "2026-12-31"})
    new.sync()
    old_state = new.records[rid]["f"]
    assert decide(new, handover, state="declined", note="已改为限期办理") == ["applied"]
    assert new.records[rid]["f"] == old_state


def test_p13_what_both_changed_becomes_a_conflict(story: Story) -> None:
    old = story.old
    rid = old.create("household", household(note="原来"))
    old.sync()
    old.set("household", rid, {"note": "旧联系干部写的"})
    new = story.lose()
    new.sync()
    new.set("household", rid, {"note": "新联系干部写的"})
    new.sync()
    old.sync()
    new.sync()
    assert decide(new, the_one(new)["id"], state="taken") == ["applied"]
    (conflict,) = new.of_type("conflict")
    values = {conflict["f"][name]["account"]: conflict["f"][name]["value"] for name in ("shown", "other")}
    assert values == {
        story.org.accounts["cadre1"]: "旧联系干部写的",
        story.org.accounts["idle_cadre"]: "新联系干部写的",
    }


def test_p13_later_ops_join_the_handover_while_it_waits(story: Story) -> None:
    old = story.old
    visit = old.create("diary_entry", diary())
    new = story.lose()
    old.sync()
    old.set("diary_entry", visit, {"narrative": "第二次送来的补充。"}, base={})
    old.delete("diary_entry", new_id())
    assert codes(old.sync()) == ["handed_over", "record_unknown"]
    new.sync()
    handover = the_one(new)
    assert [op["n"] for op in handover["f"]["ops"]] == [1, 2]
    assert handover["rev"] == 2
    assert decide(new, handover["id"], state="taken") == ["merged"]
    assert new.records[visit]["f"]["narrative"] == "第二次送来的补充。"
    assert [one.get("decision") for one in story.kept()] == ["taken", "taken", None]
    old.set("diary_entry", visit, {"narrative": "处理以后又送来的。"}, base={"narrative": 2})
    assert codes(old.sync()) == ["handed_over"]
    new.sync()
    assert len(new.of_type("handover")) == 2, "a new one, since the first is decided"


def test_p13_a_grid_held_again_takes_what_is_new_and_keeps_what_waits(story: Story) -> None:
    old = story.old
    visit = old.create("diary_entry", diary())
    story.lose()
    old.sync()
    with story.app.app_context(), writing() as session:
        session.execute(update(ContactPointAssignment).values(ended_at=now()))
    story.assign("cadre1")
    other = old.create("diary_entry", diary())
    old.set("diary_entry", visit, {"narrative": "网格又归我了以后写的。"}, base={})
    answer = old.sync()
    assert codes(answer) == ["applied", "handed_over"]
    assert decide(old, the_one(old)["id"], state="taken") == ["merged"]
    assert {visit, other} <= old.records.keys()
    assert old.records[visit]["f"]["narrative"] == "网格又归我了以后写的。"


def test_p13_what_he_might_not_have_written_is_not_handed_over(story: Story) -> None:
    old = story.old
    foreign = Phone(story.sign_in("grid_lead"), story.scope)
    entry = foreign.create("diary_entry", diary())
    foreign.sync()
    old.sync()
    story.lose()
    old.create("review", review(entry))
    old.set("diary_entry", entry, {"narrative": "别人的日记改一改。"})
    old.create("diary_entry", diary(narrative="短"))
    old.op("set", "handover", new_id(), {"state": "taken"})
    assert codes(old.sync()) == ["not_allowed", "not_allowed", "invalid_field", "not_allowed"]


def test_p13_a_scope_never_held_is_unknown(story: Story) -> None:
    stranger = Phone(story.sign_in("cadre2"), story.scope)
    stranger.create("diary_entry", diary())
    assert codes(stranger.sync()) == ["scope_unknown"]
    new = story.lose()
    new.sync()
    assert new.of_type("handover") == []


def test_p13_a_replay_is_handed_over_once(story: Story) -> None:
    old = story.old
    old.create("diary_entry", diary())
    new = story.lose()
    ops = list(old.outbox)
    old.push()
    assert [one["status"] for one in old.push(ops)] == ["duplicate"]
    new.sync()
    assert len(the_one(new)["f"]["ops"]) == 1
    assert len(story.kept()) == 1


def test_p13_a_cadre_who_became_the_supervisor_has_his_old_work_handed_over(story: Story) -> None:
    story.old.create("diary_entry", diary())
    story.lose()
    with story.app.app_context(), writing() as session:
        account = session.get_one(Account, story.org.accounts["cadre1"])
        account.roles = [Role.REVIEWER.value]
    assert codes(story.old.sync()) == ["handed_over"]
    assert decide(story.old, the_one(story.old)["id"], state="taken") == ["applied"]
    assert len(story.old.of_type("diary_entry")) == 1
