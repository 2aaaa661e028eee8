"""Rights: devices, scopes, roles, and what is disclosed of a foreign record (rules P7, P8, P11)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from server.core.ids import new_id
from tests.server.databases import config
from tests.server.phone import Json, Phone, diary, household, problem, review

if TYPE_CHECKING:
    from tests.server.conftest import SignIn
    from tests.server.organisation import Organisation

__all__ = ["config"]


@pytest.fixture
def cadre(sign_in: SignIn, org: Organisation) -> Phone:
    """Return the phone of the cadre of grid1."""
    return Phone(sign_in("cadre1"), org.grid("grid1"))


def codes(results: list[Json]) -> list[str]:
    """Return each result's code, or its status where it has none."""
    return [one.get("code") or one["status"] for one in results]


def test_p7_a_device_belongs_to_the_account_of_its_first_push(
    cadre: Phone, sign_in: SignIn, org: Organisation
) -> None:
    cadre.create("diary_entry", diary())
    cadre.push()
    thief = Phone(sign_in("cadre2"), org.grid("grid2"))
    thief.device = cadre.device
    pulled = thief.post([])
    thief.create("diary_entry", diary())
    for answer in (pulled, thief.post()):
        assert (answer.status_code, answer.get_json()["code"]) == (403, "device_taken")


@pytest.mark.parametrize(
    "login", ["cadre2", "idle_cadre", "editor", "org_admin", "other_reviewer", "far_cadre"]
)
def test_p8_a_foreign_scope_is_unknown(sign_in: SignIn, org: Organisation, login: str) -> None:
    phone = Phone(sign_in(login), org.grid("grid1"))
    phone.create("diary_entry", diary())
    phone.create("problem", problem())
    answer = phone.sync()
    assert codes(answer["results"]) == ["scope_unknown"] * 2
    assert org.grid("grid1") not in {page["id"] for page in answer["scopes"]}
    assert phone.records, "the quarantine records are there"
    assert not phone.of_type("diary_entry")


def test_p8_a_scope_that_does_not_exist_looks_like_a_foreign_one(
    cadre: Phone, sign_in: SignIn, org: Organisation
) -> None:
    cadre.create("diary_entry", diary())
    cadre.push()
    phone = Phone(sign_in("cadre2"), org.grid("grid1"))
    nowhere = f"grid:{new_id()}"
    phone.create("diary_entry", diary())
    phone.op("create", "diary_entry", new_id(), diary(), scope=nowhere)
    results = phone.push()
    assert [{**one, "op_id": "", "n": 0, "seq": 0} for one in results[:1]] == [
        {**one, "op_id": "", "n": 0, "seq": 0} for one in results[1:]
    ]
    asked = phone.post([], scopes={org.grid("grid1"): 0, nowhere: 0}).get_json()
    assert sorted(asked["lost"]) == sorted([org.grid("grid1"), nowhere])
    assert {page["id"] for page in asked["scopes"]} <= {org.grid("grid2"), org.person("cadre2")}


def test_p8_a_record_of_another_scope_looks_like_none(
    cadre: Phone, sign_in: SignIn, org: Organisation
) -> None:
    rid = cadre.create("household", household())
    cadre.push()
    phone = Phone(sign_in("cadre2"), org.grid("grid2"))
    phone.set("household", rid, {"note": "看看有没有这户"})
    phone.set("household", new_id(), {"note": "看看有没有这户"})
    foreign, nothing = phone.push()
    for result in (foreign, nothing):
        result |= {"op_id": "", "n": 0, "seq": 0}
    assert foreign == nothing
    assert foreign["code"] == "record_unknown"


def test_p8_a_reference_into_another_scope_is_stored_and_discloses_nothing(
    cadre: Phone, sign_in: SignIn, org: Organisation
) -> None:
    rid = cadre.create("household", household())
    cadre.push()
    phone = Phone(sign_in("cadre2"), org.grid("grid2"))
    foreign = phone.create("diary_entry", diary(target_type="household", household_id=rid))
    dangling = phone.create("diary_entry", diary(target_type="household", household_id=new_id()))
    assert codes(phone.sync()["results"]) == ["applied", "applied"]
    assert {foreign, dangling} == set(phone.records)


WRITERS = {
    "household": {"cadre1"},
    "diary_entry": {"cadre1", "grid_lead"},
    "problem": {"cadre1", "grid_lead", "reviewer", "secretary"},
    "review": {"reviewer", "secretary"},
}
FIELDS = {
    "household": household(),
    "diary_entry": diary(),
    "problem": problem(),
    "review": review(new_id()),
}


@pytest.mark.parametrize("login", ["cadre1", "grid_lead", "reviewer", "secretary", "auditor"])
def test_p8_roles_say_who_creates_what(sign_in: SignIn, org: Organisation, login: str) -> None:
    phone = Phone(sign_in(login), org.grid("grid1"))
    for record_type, fields in FIELDS.items():
        phone.create(record_type, fields)
    expected = ["applied" if login in WRITERS[name] else "not_allowed" for name in FIELDS]
    assert codes(phone.push()) == expected


def test_p8_only_its_author_changes_or_deletes_a_diary_entry(
    cadre: Phone, sign_in: SignIn, org: Organisation
) -> None:
    rid = cadre.create("diary_entry", diary())
    cadre.sync()
    for login in ("grid_lead", "reviewer", "secretary"):
        phone = Phone(sign_in(login), org.grid("grid1"))
        phone.sync()
        phone.set("diary_entry", rid, {"narrative": "别人来改这一条。"})
        phone.delete("diary_entry", rid)
        assert codes(phone.push()) == ["not_allowed"] * 2
    cadre.delete("diary_entry", rid)
    assert codes(cadre.sync()["results"]) == ["applied"]
    assert cadre.records[rid]["gone"] is True
    assert "f" not in cadre.records[rid]


def test_p8_nobody_writes_what_the_server_writes(cadre: Phone) -> None:
    cadre.create("conflict", {"record_id": new_id()})
    cadre.create("quarantine", {"op": "{}"})
    assert codes(cadre.push()) == ["not_allowed"] * 2


def test_p8_a_record_goes_only_into_its_kind_of_scope(cadre: Phone, org: Organisation) -> None:
    cadre.op("create", "diary_entry", new_id(), diary(), scope=org.person("cadre1"))
    assert codes(cadre.push()) == ["not_allowed"]


@pytest.mark.parametrize("record_type", ["household", "problem", "review"])
def test_p8_what_has_no_deletion_is_not_deleted(
    cadre: Phone, sign_in: SignIn, org: Organisation, record_type: str
) -> None:
    phone = Phone(sign_in("reviewer"), org.grid("grid1")) if record_type == "review" else cadre
    rid = phone.create(record_type, FIELDS[record_type])
    phone.sync()
    phone.delete(record_type, rid)
    assert codes(phone.push()) == ["not_allowed"]


def test_p8_without_a_session_nothing_is_answered(sign_in: SignIn, org: Organisation) -> None:
    answer = Phone(sign_in(), org.grid("grid1")).post([])
    assert (answer.status_code, answer.get_json()["code"]) == (401, "unauthenticated")


def test_p11_author_and_committee_read_what_was_quarantined(
    cadre: Phone, sign_in: SignIn, org: Organisation
) -> None:
    rid = cadre.create("diary_entry", diary(visit_date="1899-01-01", narrative="差点丢了的一条记录。"))
    cadre.sync()
    assert not cadre.outbox, "the op was read back in the person's scope"
    supervisor = Phone(sign_in("secretary"), org.grid("grid1"))
    supervisor.sync()
    for phone, scope in (
        (cadre, org.person("cadre1")),
        (supervisor, f"committee:{org.units['community']}"),
    ):
        (kept,) = phone.of_type("quarantine")
        assert kept["scope"] == scope
        assert (kept["f"]["code"], kept["f"]["field"]) == ("invalid_field", "visit_date")
        assert kept["f"]["account"] == org.accounts["cadre1"]
        assert rid in kept["f"]["op"]
        assert "差点丢了的一条记录。" in kept["f"]["op"]
    neighbour = Phone(sign_in("other_reviewer"), org.grid("grid1"))
    neighbour.sync()
    assert not neighbour.records
