"""Which scopes each role holds, and that a pull holds nothing of any other."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from server.accounts.access import access_for
from server.accounts.models import Account
from server.core.access import Role
from server.core.database import db
from tests.server.endpoints import END
from tests.server.organisation import ASSIGNED, Organisation
from tests.server.phone import Phone, diary

if TYPE_CHECKING:
    from flask import Flask

    from tests.server.conftest import SignIn

# What each account reads and writes, by the names of the organisation.
GRIDS = ("grid:grid1", "grid:grid2")
COMMITTEE = "committee:community"
SCOPES: dict[str, tuple[set[str], set[str]]] = {
    "cadre1": ({"grid:grid1", "person"}, {"grid:grid1", "person"}),
    "cadre2": ({"grid:grid2", "person"}, {"grid:grid2", "person"}),
    "idle_cadre": ({"person"}, {"person"}),
    "grid_lead": ({"grid:grid1", "person"}, {"grid:grid1", "person"}),
    "reviewer": ({*GRIDS, COMMITTEE, "person"}, {*GRIDS, COMMITTEE, "person"}),
    "secretary": ({*GRIDS, COMMITTEE, "person"}, {*GRIDS, COMMITTEE, "person"}),
    "editor": ({"person"}, {"person"}),
    "survey_admin": ({"person"}, {"person"}),
    "org_admin": ({"person"}, {"person"}),
    "auditor": ({*GRIDS, COMMITTEE, "person"}, set()),
    "district_admin": ({"person"}, {"person"}),
}


@pytest.mark.parametrize("login", SCOPES)
def test_an_account_holds_the_scopes_of_its_role_and_no_other(
    app: Flask, org: Organisation, login: str
) -> None:
    def spelled(scopes: set[str]) -> set[str]:
        named = (scope.partition(":") for scope in scopes)
        return {
            f"{kind}:{org.units[name]}" if name else f"person:{org.accounts[login]}"
            for kind, _, name in named
        }

    with app.app_context():
        access = access_for(org.accounts[login])
    reads, writes = SCOPES[login]
    assert access.readable == spelled(reads)
    assert access.writable == spelled(writes)


@pytest.mark.parametrize("role", [Role.REVIEWER, Role.SECRETARY, Role.AUDITOR])
def test_above_the_community_no_role_reads_a_record(app: Flask, org: Organisation, role: Role) -> None:
    with app.app_context():
        account = db.session.get_one(Account, org.accounts["district_admin"])
        account.roles = [role.value]
        db.session.commit()
        assert access_for(account.id).readable == {f"person:{account.id}"}


def test_an_ended_assignment_leaves_its_grid_among_those_held_once(
    app: Flask, sign_in: SignIn, org: Organisation
) -> None:
    path = f"/api/assignments/{org.assignments['cadre1']}/end"
    assert sign_in("org_admin").post(path, END).status_code == 200
    with app.app_context():
        access = access_for(org.accounts["cadre1"])
    assert access.readable == {org.person("cadre1")}
    assert access.formerly == {org.grid("grid1")}


@pytest.fixture
def scopes(sign_in: SignIn, org: Organisation) -> list[str]:
    """Return every scope there is, after each cadre wrote into his grid and was refused once."""
    for cadre, (grid, _) in ASSIGNED.items():
        phone = Phone(sign_in(cadre), org.grid(grid))
        phone.create("diary_entry", diary(narrative=f"只有 {grid} 的人能读到这一句。"))
        phone.create("diary_entry", diary(visit_date="1899-01-01", narrative=f"只有 {cadre} 和党委能读。"))
        phone.sync()
    return [
        *(f"grid:{unit}" for unit in org.units.values()),
        *(f"committee:{unit}" for unit in org.units.values()),
        *(f"person:{account}" for account in org.accounts.values()),
    ]


@pytest.mark.parametrize("login", SCOPES)
def test_a_pull_holds_the_records_of_the_account_s_scopes_and_no_other(
    sign_in: SignIn, org: Organisation, scopes: list[str], login: str
) -> None:
    reads, _ = SCOPES[login]
    phone = Phone(sign_in(login), org.grid("grid1"))
    phone.cursors = dict.fromkeys(scopes, 0)
    phone.sync()
    pulled = json.dumps(phone.records, ensure_ascii=False)
    for cadre, (grid, _) in ASSIGNED.items():
        assert (f"只有 {grid} 的人能读到这一句。" in pulled) is (f"grid:{grid}" in reads)
        may_see_refused = cadre == login or (COMMITTEE in reads and grid in {"grid1", "grid2"})
        assert (f"只有 {cadre} 和党委能读。" in pulled) is may_see_refused
