"""Every endpoint, every role, every foreign unit: refused, or without a foreign word in the answer.

The endpoints come from the app's own map, so a new one fails here until its case is written.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from io import BytesIO
from typing import TYPE_CHECKING, Any
from zipfile import ZipFile

import pytest
from openpyxl import Workbook
from sqlalchemy import select

from server.accounts.access import access_for
from server.accounts.models import Account
from server.core.access import Role
from server.core.database import Base, db
from server.core.days import today
from server.core.ids import new_id
from tests.server.organisation import ACCOUNTS, ASSIGNED, PASSWORD, UNITS, Organisation
from tests.server.phone import Phone, diary

if TYPE_CHECKING:
    from flask import Flask
    from werkzeug.test import TestResponse

    from tests.server.conftest import Client, SignIn

EVERYONE = frozenset(ACCOUNTS)
INSIDERS = frozenset(name for name, (_, unit) in ACCOUNTS.items() if unit in {"community", "grid1"})
OURS = INSIDERS | {"district_admin"}
ADMINS = frozenset({"org_admin", "district_admin"})
READERS = frozenset({"reviewer", "secretary"})
FOREIGN_STATUSES = {403, 404, 422}


@dataclass(frozen=True)
class Ask:
    """One request."""

    path: str
    body: dict[str, Any] | None = None
    row: dict[str, str] | None = None  # of a spreadsheet to upload


@dataclass(frozen=True)
class Case:
    """How an endpoint is asked about the community (`own`) and about what lies outside (`foreign`).

    `allowed` are those of the community and the district who may do the own thing.
    """

    own: Callable[[Organisation], Ask]
    allowed: frozenset[str]
    foreign: Callable[[Organisation, str], Ask] | None = None
    is_public: bool = False
    status: int = 200
    refused: dict[str, int] = field(default_factory=dict)  # where it isn't 403


def same(path: str, body: dict[str, Any] | None = None) -> Callable[[Organisation], Ask]:
    """Return the request that is the same for everybody."""
    return lambda _: Ask(path, body)


def new_unit(parent: str) -> dict[str, Any]:
    """Return the body of a new grid."""
    return {"parent_id": parent, "kind": "grid", "name": "新网格"}


def new_account(unit: str) -> dict[str, Any]:
    """Return the body of a new account."""
    return {"login": "xin.ren", "name": "新人", "unit_id": unit, "roles": ["editor"]}


def new_assignment(org: Organisation, cadre: str, grid: str, estate: str) -> dict[str, Any]:
    """Return the body of a new assignment."""
    return {
        "cadre_id": org.accounts[cadre],
        "grid_id": org.units[grid],
        "estate_ids": [org.units[estate]],
        "from_day": today().isoformat(),
    }


def household_of(grid: str, estate: str) -> Ask:
    """Return the import of one household into the grid."""
    row = {"户号": "0101", "小区": estate, "楼栋": "1", "门牌": "101", "户主": "张伟", "网格": grid}
    return Ask("/api/households/import", row=row)


END = {"to_day": today().isoformat()}
CASES: dict[tuple[str, str], Case] = {
    ("GET", "/api/health"): Case(same("/api/health"), EVERYONE, is_public=True),
    ("GET", "/api/openapi.json"): Case(same("/api/openapi.json"), EVERYONE, is_public=True),
    ("POST", "/api/session"): Case(
        same("/api/session", {"account": "cadre1", "password": PASSWORD}), EVERYONE, is_public=True
    ),
    ("GET", "/api/session"): Case(same("/api/session"), EVERYONE),
    ("DELETE", "/api/session"): Case(same("/api/session"), EVERYONE, status=204),
    ("PUT", "/api/session/password"): Case(
        same("/api/session/password", {"old_password": PASSWORD, "new_password": "xin-de-mi-ma"}),
        EVERYONE,
        status=204,
    ),
    ("GET", "/api/directory"): Case(same("/api/directory"), EVERYONE),
    ("POST", "/api/sync"): Case(
        same("/api/sync", {"proto": 1, "schema": 1, "device": new_id(), "ops": [], "scopes": {}}), EVERYONE
    ),
    ("POST", "/api/households/import"): Case(
        lambda _: household_of("grid1", "estate1"),
        frozenset({"org_admin"}),
        lambda _, far: household_of(f"{far}_grid", f"{far}_estate"),
        refused={"district_admin": 422},
    ),
    ("GET", "/api/households/template.xlsx"): Case(
        same("/api/households/template.xlsx"), frozenset({"org_admin", "district_admin"})
    ),
    ("GET", "/api/units"): Case(same("/api/units"), ADMINS | READERS),
    ("POST", "/api/units"): Case(
        lambda org: Ask("/api/units", new_unit(org.units["community"])),
        ADMINS,
        lambda org, far: Ask("/api/units", new_unit(org.units[f"{far}_community"])),
        status=201,
    ),
    ("PATCH", "/api/units/<unit_id>"): Case(
        lambda org: Ask(f"/api/units/{org.units['grid1']}", {"sort": 1}),
        ADMINS,
        lambda org, far: Ask(f"/api/units/{org.units[f'{far}_grid']}", {"sort": 1}),
    ),
    ("GET", "/api/accounts"): Case(
        lambda org: Ask(f"/api/accounts?unit={org.units['community']}"),
        ADMINS | READERS,
        lambda org, far: Ask(f"/api/accounts?unit={org.units[f'{far}_community']}"),
    ),
    ("POST", "/api/accounts"): Case(
        lambda org: Ask("/api/accounts", new_account(org.units["community"])),
        ADMINS,
        lambda org, far: Ask("/api/accounts", new_account(org.units[f"{far}_community"])),
        status=201,
    ),
    ("PATCH", "/api/accounts/<account_id>"): Case(
        lambda org: Ask(f"/api/accounts/{org.accounts['idle_cadre']}", {"name": "改名"}),
        ADMINS,
        lambda org, far: Ask(f"/api/accounts/{org.accounts[f'{far}_cadre']}", {"disabled": True}),
    ),
    ("POST", "/api/accounts/<account_id>/password"): Case(
        lambda org: Ask(f"/api/accounts/{org.accounts['idle_cadre']}/password"),
        ADMINS,
        lambda org, far: Ask(f"/api/accounts/{org.accounts[f'{far}_cadre']}/password"),
    ),
    ("GET", "/api/assignments"): Case(same("/api/assignments"), ADMINS | READERS),
    ("POST", "/api/assignments"): Case(
        lambda org: Ask("/api/assignments", new_assignment(org, "idle_cadre", "grid1", "estate1")),
        ADMINS,
        lambda org, far: Ask(
            "/api/assignments", new_assignment(org, "idle_cadre", f"{far}_grid", f"{far}_estate")
        ),
        status=201,
    ),
    ("POST", "/api/assignments/<assignment_id>/end"): Case(
        lambda org: Ask(f"/api/assignments/{org.assignments['cadre2']}/end", END),
        ADMINS,
        lambda org, far: Ask(f"/api/assignments/{org.assignments[f'{far}_cadre']}/end", END),
    ),
}
ENDPOINTS = pytest.mark.parametrize("endpoint", CASES, ids=" ".join)


def ask(client: Client, method: str, request: Ask) -> TestResponse:
    """Return the answer to the request."""
    if request.row is None:
        return client.request(method, request.path, request.body)
    book, stream = Workbook(write_only=True), BytesIO()
    sheet = book.create_sheet()
    sheet.append(list(request.row))
    sheet.append(list(request.row.values()))
    book.save(stream)
    stream.seek(0)
    return client.request(method, request.path, data={"file": (stream, "list.xlsx")})


def text_of(answer: TestResponse) -> str:
    """Return the answer's text; of a spreadsheet, that of all its parts."""
    body = answer.get_data()
    if not body.startswith(b"PK"):
        return body.decode()
    with ZipFile(BytesIO(body)) as parts:
        return "".join(parts.read(name).decode() for name in parts.namelist())


def ids_in(request: Ask) -> set[str]:
    """Return the ids that the request names."""
    text = json.dumps([request.path, request.body])
    return set(re.findall(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", text))


def foreign_words(org: Organisation, place: str) -> set[str]:
    """Return what nobody outside may read: names, ids and logins of the neighbour or the far district."""
    units = {name for name in UNITS if name.startswith(f"{place}_")}
    people = {login for login in ACCOUNTS if login.startswith(f"{place}_")}
    return (
        units
        | people
        | {org.units[name] for name in units}
        | {org.accounts[login] for login in people}
        | {org.assignments[f"{place}_cadre"]}
    )


def everything(app: Flask) -> str:
    """Return all rows of all tables but the sessions, to be compared."""
    with app.app_context():
        rows = {
            table.name: [str(row) for row in db.session.execute(select(table))]
            for table in Base.metadata.sorted_tables
            if table.name != "login_session"
        }
    return json.dumps(rows, ensure_ascii=False, indent=0)


def test_every_endpoint_has_its_case(app: Flask) -> None:
    served = {
        (method, rule.rule)
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        if rule.rule.startswith("/api")
    }
    assert served == set(CASES)


def test_the_accounts_cover_every_role() -> None:
    assert {role for roles, _ in ACCOUNTS.values() for role in roles} == set(Role)


@ENDPOINTS
def test_without_a_session_only_the_public_endpoints_answer(
    app: Flask, sign_in: SignIn, org: Organisation, endpoint: tuple[str, str]
) -> None:
    before = everything(app)
    case = CASES[endpoint]
    answer = ask(sign_in(), endpoint[0], case.own(org))
    assert answer.status_code == (200 if case.is_public else 401)
    if not case.is_public:
        assert answer.get_json()["code"] == "unauthenticated"
    assert everything(app) == before


@pytest.mark.parametrize(
    ("endpoint", "login"),
    [(endpoint, login) for endpoint, case in CASES.items() for login in sorted(case.allowed & OURS)],
    ids=str,
)
def test_an_endpoint_does_its_work_for_its_roles(
    sign_in: SignIn, org: Organisation, endpoint: tuple[str, str], login: str
) -> None:
    case = CASES[endpoint]
    answer = ask(sign_in(login), endpoint[0], case.own(org))
    assert answer.status_code == case.status, answer.get_data(as_text=True)


@ENDPOINTS
def test_an_endpoint_refuses_every_other_role(
    app: Flask, sign_in: SignIn, org: Organisation, endpoint: tuple[str, str]
) -> None:
    case, before = CASES[endpoint], everything(app)
    for login in sorted(OURS - case.allowed):
        answer = ask(sign_in(login), endpoint[0], case.own(org))
        assert (login, answer.status_code) == (login, case.refused.get(login, 403))
        assert everything(app) == before, login


@ENDPOINTS
@pytest.mark.parametrize("place", ["other", "far"])
def test_nobody_reaches_or_reads_a_foreign_unit(
    app: Flask, sign_in: SignIn, org: Organisation, endpoint: tuple[str, str], place: str
) -> None:
    case = CASES[endpoint]
    before = everything(app)
    words = foreign_words(org, place)
    outsiders = INSIDERS if place == "other" else OURS
    for login in sorted(outsiders):
        client = sign_in(login)
        if case.foreign is not None:
            request = case.foreign(org, place)
            answer = ask(client, endpoint[0], request)
            assert answer.status_code in FOREIGN_STATUSES, (login, answer.get_data(as_text=True))
            assert everything(app) == before, login
            asked = json.dumps([request.path, request.body, request.row])
            told = {word for word in words if word in text_of(answer) and word not in asked}
            assert told == set(), login
        elif endpoint[0] == "GET":
            text = text_of(ask(client, endpoint[0], case.own(org)))
            assert {word for word in words if word in text} == set(), login


@ENDPOINTS
def test_an_unknown_id_and_a_foreign_one_get_the_same_answer(
    sign_in: SignIn, org: Organisation, endpoint: tuple[str, str]
) -> None:
    case = CASES[endpoint]
    request = case.foreign(org, "far") if case.foreign else Ask("")
    if not {*org.units.values(), *org.accounts.values(), *org.assignments.values()} & ids_in(request):
        return  # It names no id.
    client = sign_in("org_admin")
    foreign = ask(client, endpoint[0], request)
    text = json.dumps([request.path, request.body])
    for name in ("far_community", "far_grid", "far_estate"):
        text = text.replace(org.units[name], "00000000-0000-7000-8000-000000000000")
    for known in (org.accounts["far_cadre"], org.assignments["far_cadre"]):
        text = text.replace(known, "00000000-0000-7000-8000-000000000000")
    path, body = json.loads(text)
    unknown = ask(client, endpoint[0], Ask(path, body))
    assert (foreign.status_code, foreign.get_data()) == (unknown.status_code, unknown.get_data())


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
