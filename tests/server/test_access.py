"""Every endpoint, every role, every foreign unit: refused, or without a foreign word in the answer.

The endpoints come from the app's own map, so a new one fails here until its case is written.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from server.core.access import Role
from server.core.database import Base, db
from tests.server.endpoints import CASES, INSIDERS, OURS, Ask, ask, ids_in, text_of
from tests.server.organisation import ACCOUNTS, UNITS, Organisation

if TYPE_CHECKING:
    from flask import Flask

    from tests.server.conftest import SignIn

ENDPOINTS = pytest.mark.parametrize("endpoint", CASES, ids=" ".join)


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
    assert answer.status_code == (case.status if case.is_public else 401)
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
            assert answer.status_code in case.foreign_statuses, (login, answer.get_data(as_text=True))
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
