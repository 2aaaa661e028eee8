"""A household moves into another grid, and nothing that names the old one is lost (rule P14)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from server.core.database import reading
from server.core.ids import new_id
from server.sync import pull
from server.sync.verify import verify
from tests.server.databases import config
from tests.server.phone import Json, Phone, diary, household, problem
from tests.server.photos import jpeg, photo
from tests.server.tus import Tus

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask

    from tests.server.conftest import Client, SignIn
    from tests.server.organisation import Organisation

__all__ = ["config"]


class Catchment:
    """Two grids with a cadre each, their supervisor, and who moves households between them."""

    def __init__(self, sign_in: SignIn, org: Organisation) -> None:
        self.org, self.admin = org, sign_in("org_admin")
        self.old = Phone(sign_in("cadre1"), org.grid("grid1"))
        self.new = Phone(sign_in("cadre2"), org.grid("grid2"))
        self.supervisor = Phone(sign_in("reviewer"), org.grid("grid1"))

    def move(self, rid: str, grid: str, admin: Client | None = None) -> tuple[int, Json]:
        """Return status and answer of the move."""
        body = {"grid_id": self.org.units[grid]}
        answer = (admin or self.admin).post(f"/api/households/{rid}/move", body)
        return answer.status_code, answer.get_json()

    def sync(self, *phones: Phone) -> None:
        """Let the phones, by default all, sync one after the other."""
        for phone in phones or (self.old, self.new, self.supervisor):
            phone.sync()


@pytest.fixture
def catchment(sign_in: SignIn, org: Organisation, app: Flask) -> Iterator[Catchment]:
    """Yield the catchment; in the end everything in the database must be explained."""
    yield Catchment(sign_in, org)
    with app.app_context(), reading() as session:
        assert verify(session, lambda _what, _done, _total: None).findings == []


def codes(answer: Json) -> list[str]:
    """Return each result's code, or its status where it has none."""
    return [one.get("code") or one["status"] for one in answer["results"]]


def test_p14_a_household_leaves_one_grid_and_comes_into_another(catchment: Catchment) -> None:
    old, new, supervisor = catchment.old, catchment.new, catchment.supervisor
    rid = old.create("household", household())
    stays = old.create("household", household(house_code="0102"))
    opened = old.create("problem", problem(household_id=rid))
    closed = old.create("problem", problem(household_id=rid, state="closed"))
    other = old.create("problem", problem(household_id=stays))
    visit = old.create("diary_entry", diary(target_type="household", household_id=rid))
    catchment.sync()
    assert catchment.move(rid, "grid2") == (200, {"moved": {"household": 1, "problem": 1}})
    catchment.sync()
    assert set(old.records) == {stays, closed, other, visit}
    assert set(new.records) == {rid, opened}
    assert {supervisor.records[one]["scope"] for one in (rid, opened)} == {new.scope}
    assert new.records[rid]["rev"] == 2
    assert [version["kind"] for version in new.records[rid]["h"]] == ["create", "move"]
    (page,) = [page for page in old.answers[-1]["scopes"] if page["id"] == old.scope]
    assert {(one["id"], one["rev"], one["out"]) for one in page["entries"]} == {
        (rid, 2, True),
        (opened, 2, True),
    }
    assert not [name for entry in page["entries"] for name in ("f", "h", "s") if name in entry]


def test_p14_it_can_come_back(catchment: Catchment) -> None:
    old, new = catchment.old, catchment.new
    rid = old.create("household", household())
    catchment.sync()
    for grid in ("grid2", "grid1", "grid2", "grid1"):
        assert catchment.move(rid, grid)[0] == 200
    assert catchment.move(rid, "grid1")[1]["code"] == "already_there"
    catchment.sync()
    assert (rid in old.records, rid in new.records) == (True, False)
    old.set("household", rid, {"note": "又搬回来了"})
    assert codes(old.sync()) == ["applied"]


def test_p14_what_still_names_the_old_grid_is_handed_to_the_new_one(catchment: Catchment) -> None:
    old, new = catchment.old, catchment.new
    rid = old.create("household", household())
    catchment.sync()
    catchment.move(rid, "grid2")
    old.set("household", rid, {"phone": "13800000000"})
    visit = old.create("diary_entry", diary(target_type="household", household_id=rid))
    assert codes(old.sync()) == ["handed_over", "applied"]
    assert not old.outbox
    assert visit in old.records, "what only refers to it stays where it was written"
    new.sync()
    (handover,) = new.of_type("handover")
    assert (handover["f"]["reason"], handover["scope"]) == ("record_moved", new.scope)
    new.set("handover", handover["id"], {"state": "taken"})
    new.sync()
    assert new.records[rid]["f"]["phone"] == "13800000000"


def test_p14_who_may_write_in_the_new_grid_has_it_applied_there(catchment: Catchment) -> None:
    old, supervisor, new = catchment.old, catchment.supervisor, catchment.new
    rid = old.create("household", household())
    trouble = old.create("problem", problem(household_id=rid))
    catchment.sync()
    catchment.move(rid, "grid2")
    supervisor.set("problem", trouble, {"detail": "请尽快处理"})
    answer = supervisor.sync()
    (result,) = answer["results"]
    assert (result["status"], result["scope"]) == ("applied", new.scope)
    assert not supervisor.outbox, "read back in the new grid"
    new.sync()
    assert new.records[trouble]["f"]["detail"] == "请尽快处理"


def test_p14_open_conflicts_and_waiting_handovers_go_along(
    catchment: Catchment, sign_in: SignIn, org: Organisation
) -> None:
    old, new = catchment.old, catchment.new
    twin = Phone(sign_in("cadre1"), org.grid("grid1"))
    rid = old.create("household", household(note="原来"))
    catchment.sync(old, twin)
    old.set("household", rid, {"note": "甲"})
    twin.set("household", rid, {"note": "乙"})
    catchment.sync(old, twin)
    catchment.move(rid, "grid2")
    late = Phone(sign_in("cadre1"), org.grid("grid1"))
    late.op("set", "household", rid, {"door": "102"}, base={"door": 1})
    late.sync()
    assert catchment.move(rid, "grid1")[1] == {"moved": {"household": 1, "conflict": 1, "handover": 1}}
    catchment.sync()
    assert not new.of_type("conflict")
    (conflict,), (handover,) = old.of_type("conflict"), old.of_type("handover")
    old.set("conflict", conflict["id"], {"settled": "shown"})
    old.set("handover", handover["id"], {"state": "taken"})
    assert codes(old.sync()) == ["applied", "applied"]
    assert old.records[rid]["f"]["door"] == "102"
    assert catchment.move(rid, "grid2")[1] == {"moved": {"household": 1}}, "what is settled stays"


def test_p14_an_op_is_read_back_with_the_page_that_says_it_left(
    catchment: Catchment, monkeypatch: pytest.MonkeyPatch
) -> None:
    """[L4] The op's seq stands on an early page, the record's departure on a later one."""
    old = catchment.old
    rid = old.create("household", household())
    old.sync()
    old.set("household", rid, {"note": "搬走前写的"})
    sent = old.outbox[0]["op_id"]
    old.push()
    for number in range(6):
        old.create("diary_entry", diary(place=f"{number} 号门"))
    old.push([op for op in old.outbox if op["op_id"] != sent])
    catchment.move(rid, "grid2")
    monkeypatch.setattr(pull, "PAGE_ENTRIES", 2)
    named = None
    while True:
        answer = old.post([]).get_json()
        (page,) = [page for page in answer["scopes"] if page["id"] == old.scope]
        if sent in page["own"]:
            named = page
        if not old.apply(answer):
            break
    assert named is not None
    assert [entry["id"] for entry in named["entries"] if entry.get("out")] == [rid]
    assert rid not in old.records
    assert not old.outbox


def test_p14_photos_follow_the_problem_that_names_them(catchment: Catchment) -> None:
    """[F5] Each photo is read by whoever reads the grid into which its record moved."""
    old, new = catchment.old, catchment.new
    name = Tus(old.client, old.scope).upload(jpeg())
    rid = old.create("household", household())
    old.create("problem", problem(household_id=rid, photos=[photo(key=name)]))
    old.sync()
    assert new.client.get(f"/api/files/{name}").status_code == 404
    catchment.move(rid, "grid2")
    assert new.client.get(f"/api/files/{name}").get_data() == jpeg()


def test_p14_no_device_moves_a_record(catchment: Catchment) -> None:
    old = catchment.old
    rid = old.create("household", household())
    old.sync()
    old.op("move", "household", rid, scope=catchment.new.scope)
    assert codes(old.sync()) == ["unknown_kind"]
    assert rid in old.records


def test_p14_only_households_and_grids_of_one_s_own_units(
    catchment: Catchment, sign_in: SignIn, org: Organisation
) -> None:
    foreign = Phone(sign_in("other_cadre"), org.grid("other_grid"))
    theirs = foreign.create("household", household())
    foreign.sync()
    mine = catchment.old.create("household", household())
    visit = catchment.old.create("diary_entry", diary())
    catchment.old.sync()
    assert catchment.move(theirs, "grid1")[0] == 404
    assert catchment.move(visit, "grid2")[0] == 404
    assert catchment.move(new_id(), "grid2")[0] == 404
    assert catchment.move(mine, "other_grid")[0] == 403
    assert catchment.move(mine, "estate1")[0] == 422
    assert catchment.move(mine, "grid2", sign_in("grid_lead"))[0] == 403
    assert catchment.move(mine, "other_grid", sign_in("secretary"))[0] == 403
    assert catchment.move(mine, "grid2", sign_in("other_reviewer"))[0] == 403
    assert catchment.move(mine, "grid2", sign_in("secretary"))[0] == 200
    assert catchment.move(mine, "other_grid", sign_in("district_admin"))[0] == 200
