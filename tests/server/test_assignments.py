"""Contact-point assignments and the directory: who holds which grid, and whose names are told."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from server.accounts.models import Account, ContactPointAssignment
from server.core.database import db
from server.core.days import today

if TYPE_CHECKING:
    from flask import Flask

    from tests.server.conftest import SignIn
    from tests.server.organisation import Organisation


def assignment(org: Organisation, cadre: str, grid: str = "grid1", **more: object) -> dict[str, Any]:
    """Return the body of a new assignment."""
    body = {
        "cadre_id": org.accounts[cadre],
        "grid_id": org.units[grid],
        "estate_ids": [org.units["estate1" if grid == "grid1" else "estate2"]],
        "from_day": today().isoformat(),
        "reason": "熟悉情况",
    }
    return body | more


def test_an_assigned_cadre_holds_the_grid_from_that_moment(sign_in: SignIn, org: Organisation) -> None:
    cadre = sign_in("idle_cadre")
    assert cadre.get("/api/session").get_json()["assignment"] is None
    made = sign_in("org_admin").post("/api/assignments", assignment(org, "idle_cadre"))
    assert made.status_code == 201
    me = cadre.get("/api/session").get_json()
    assert me["assignment"]["grid_id"] == org.units["grid1"]
    assert org.grid("grid1") in [scope["id"] for scope in me["scopes"]]


def test_an_assignment_that_begins_later_gives_nothing_yet(sign_in: SignIn, org: Organisation) -> None:
    body = assignment(org, "idle_cadre", from_day=(today() + timedelta(days=1)).isoformat())
    assert sign_in("org_admin").post("/api/assignments", body).status_code == 201
    me = sign_in("idle_cadre").get("/api/session").get_json()
    assert me["assignment"] is None
    assert [scope["kind"] for scope in me["scopes"]] == ["person"]


def test_a_second_active_grid_is_refused_and_names_the_present_one(
    sign_in: SignIn, org: Organisation
) -> None:
    answer = sign_in("org_admin").post("/api/assignments", assignment(org, "cadre1", "grid2"))
    assert (answer.status_code, answer.get_json()["code"]) == (409, "already_assigned")
    assert "grid1" in answer.get_json()["title"]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"estates": []}, "estate_ids"),
        ({"estates": ["estate1", "estate1b", "estate2"]}, "estate_ids"),
        ({"estates": ["estate2"]}, "estate_ids"),
        ({"estates": ["estate1", "estate1"]}, "estate_ids"),
        ({"cadre": "editor"}, "cadre_id"),
        ({"grid": "community"}, "grid_id"),
        ({"from_day": "1899-12-31"}, "from_day"),
        ({"from_day": "2999-01-01"}, "from_day"),
        ({"from_day": "yesterday"}, "from_day"),
    ],
)
def test_a_bad_assignment_is_refused_by_field(
    sign_in: SignIn, org: Organisation, change: dict[str, Any], field: str
) -> None:
    body = assignment(org, change.get("cadre", "idle_cadre"))
    if "estates" in change:
        body["estate_ids"] = [org.units[name] for name in change["estates"]]
    if "grid" in change:
        body["grid_id"] = org.units[change["grid"]]
    body["from_day"] = change.get("from_day", body["from_day"])
    answer = sign_in("org_admin").post("/api/assignments", body)
    assert (answer.status_code, answer.get_json()["field"]) == (422, field)


def test_an_ended_assignment_stays_in_the_history_and_its_grid_is_lost(
    app: Flask, sign_in: SignIn, org: Organisation
) -> None:
    admin, cadre = sign_in("org_admin"), sign_in("cadre1")
    path = f"/api/assignments/{org.assignments['cadre1']}/end"
    ended = admin.post(path, {"to_day": today().isoformat(), "reason": "岗位调整"}).get_json()
    assert (ended["to_day"], ended["end_reason"]) == (today().isoformat(), "岗位调整")
    assert ended["reason"] == "熟悉情况"
    assert [scope["kind"] for scope in cadre.get("/api/session").get_json()["scopes"]] == ["person"]
    assert ended in admin.get("/api/assignments").get_json()["assignments"]
    again = admin.post(path, {"to_day": today().isoformat()})
    assert (again.status_code, again.get_json()["code"]) == (409, "already_ended")
    assert admin.post("/api/assignments", assignment(org, "cadre1", "grid2")).status_code == 201
    with app.app_context():
        kept = db.session.get_one(ContactPointAssignment, org.assignments["cadre1"])
        assert kept.grid_id == org.units["grid1"]


@pytest.mark.parametrize("to_day", ["2025-12-31", (today() + timedelta(days=1)).isoformat()])
def test_an_end_before_the_beginning_or_in_the_future_is_refused(
    sign_in: SignIn, org: Organisation, to_day: str
) -> None:
    path = f"/api/assignments/{org.assignments['cadre1']}/end"
    answer = sign_in("org_admin").post(path, {"to_day": to_day})
    assert (answer.status_code, answer.get_json()["field"]) == (422, "to_day")


def test_the_directory_names_the_community_and_nobody_else(sign_in: SignIn, org: Organisation) -> None:
    body = sign_in("cadre1").get("/api/directory").get_json()
    names = {unit["name"] for unit in body["units"]}
    beneath = {"grid1", "grid2", "estate1", "estate1b", "estate2"}
    assert names == {"district", "subdistrict", "community"} | beneath
    people = {person["id"] for person in body["people"]}
    assert org.accounts["grid_lead"] in people
    assert org.accounts["other_cadre"] not in people
    assert {entry["cadre_id"] for entry in body["assignments"]} == {
        org.accounts["cadre1"],
        org.accounts["cadre2"],
    }
    assert set(body["people"][0]) == {"id", "name", "roles"}


def test_the_directory_is_304_until_a_name_changes(sign_in: SignIn, org: Organisation) -> None:
    client = sign_in("cadre1")
    first = client.get("/api/directory", headers={"Accept-Encoding": "br"})
    etag = first.headers["ETag"]
    assert first.headers["Content-Encoding"] == "br"
    again = client.get("/api/directory", headers={"If-None-Match": etag, "Accept-Encoding": "br"})
    assert (again.status_code, again.get_data()) == (304, b"")
    sign_in("org_admin").patch(f"/api/accounts/{org.accounts['cadre2']}", {"name": "新名字"})
    changed = client.get("/api/directory", headers={"If-None-Match": etag})
    assert changed.status_code == 200
    assert changed.headers["ETag"] == f'W/"{changed.get_json()["etag"]}"'


def test_a_cadre_of_the_district_finds_the_names_of_his_grid(
    app: Flask, sign_in: SignIn, org: Organisation
) -> None:
    with app.app_context():
        db.session.get_one(Account, org.accounts["cadre1"]).unit_id = org.units["district"]
        db.session.commit()
    client = sign_in("cadre1")
    assert client.get("/api/session").get_json()["community"]["id"] == org.units["community"]
    directory = client.get("/api/directory").get_json()
    assert "estate2" in {unit["name"] for unit in directory["units"]}
    assert org.accounts["other_cadre"] not in {person["id"] for person in directory["people"]}
