"""Sessions: signing in and out, the cookie, its end, and the password."""

from __future__ import annotations

import hashlib
import time
from datetime import timedelta
from statistics import median
from typing import TYPE_CHECKING

import pytest
from argon2 import PasswordHasher
from sqlalchemy import select, update

from server.accounts.models import Account, LoginSession
from server.core.database import db, now, writing
from tests.server.conftest import Client
from tests.server.organisation import PASSWORD

if TYPE_CHECKING:
    from flask import Flask

    from tests.server.conftest import SignIn
    from tests.server.organisation import Organisation


def move_sessions(app: Flask, **values: object) -> None:
    """Set columns of every session."""
    with app.app_context(), writing() as session:
        session.execute(update(LoginSession).values(**values))


def test_a_cadre_is_told_who_he_is_and_which_scopes_he_holds(sign_in: SignIn, org: Organisation) -> None:
    me = sign_in("cadre1").get("/api/session").get_json()
    assert me["account"]["login"] == "cadre1"
    assert me["community"]["id"] == org.units["community"]
    assert [(scope["id"], scope["write"]) for scope in me["scopes"]] == [
        (org.grid("grid1"), True),
        (org.person("cadre1"), True),
    ]
    assert me["assignment"]["grid_id"] == org.units["grid1"]
    assert me["assignment"]["estates"] == [{"id": org.units["estate1"], "name": "estate1"}]
    assert me["lease_until"] > me["server_time"]


def test_a_wrong_password_and_an_unknown_account_get_the_same_answer(sign_in: SignIn) -> None:
    client = sign_in()
    wrong = client.sign_in("cadre1", "not-the-password")
    unknown = client.sign_in("nobody", "not-the-password")
    assert (wrong.status_code, wrong.get_json()["code"]) == (401, "wrong_credentials")
    assert wrong.get_json()["title"] == "账号或密码不正确"
    assert wrong.get_data() == unknown.get_data()
    assert "Set-Cookie" not in wrong.headers


def test_an_unknown_account_takes_as_long_as_a_wrong_password(sign_in: SignIn) -> None:
    client = sign_in()

    def seconds(account: str) -> float:
        began = time.process_time()
        client.sign_in(account, "not-the-password")
        return time.process_time() - began

    seconds("warm-up")
    known = median(seconds("cadre1") for _ in range(5))
    unknown = median(seconds("nobody") for _ in range(5))
    assert unknown > known / 2


def test_the_login_is_found_whatever_its_case_and_width(sign_in: SignIn) -> None:
    assert sign_in().sign_in(" ＣＡＤＲＥ１ ").status_code == 200


def test_over_plain_http_the_cookie_is_strict_and_out_of_scripts_reach(sign_in: SignIn) -> None:
    cookie = sign_in().sign_in("cadre1").headers["Set-Cookie"]
    assert cookie.startswith("minqing=")
    for part in ("HttpOnly", "SameSite=Strict", "Path=/", "Max-Age=2592000"):
        assert part in cookie
    assert "Secure" not in cookie


def test_over_tls_the_cookie_is_bound_to_the_host(app: Flask, org: Organisation) -> None:
    del org
    body = {"account": "cadre1", "password": PASSWORD}
    answer = Client(app).post("/api/session", body, base_url="https://minqing.example")
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-minqing=")
    assert "Secure" in cookie
    assert "Domain" not in cookie


def test_only_the_hash_of_the_token_is_stored(app: Flask, sign_in: SignIn) -> None:
    token = sign_in().sign_in("cadre1").headers["Set-Cookie"].split("=", 1)[1].split(";")[0]
    with app.app_context():
        stored = db.session.scalars(select(LoginSession.token_hash)).all()
    assert stored == [hashlib.sha256(token.encode()).digest()]


def test_signing_out_ends_the_session_on_the_server_too(app: Flask, sign_in: SignIn) -> None:
    client = sign_in("cadre1")
    answer = client.delete("/api/session")
    assert answer.status_code == 204
    assert "Max-Age=0" in answer.headers["Set-Cookie"]
    with app.app_context():
        assert db.session.scalars(select(LoginSession)).all() == []


def test_a_session_slides_by_thirty_days_when_it_is_used(app: Flask, sign_in: SignIn) -> None:
    client = sign_in("cadre1")
    move_sessions(app, seen_at=now() - timedelta(days=29), expires_at=now() + timedelta(days=1))
    answer = client.get("/api/session")
    assert answer.status_code == 200
    assert "Max-Age=2592000" in answer.headers["Set-Cookie"]
    with app.app_context():
        expires = db.session.scalars(select(LoginSession.expires_at)).one()
    assert expires > now() + timedelta(days=29)


def test_a_session_used_within_the_hour_writes_nothing(app: Flask, sign_in: SignIn) -> None:
    client = sign_in("cadre1")
    with app.app_context():
        before = db.session.scalars(select(LoginSession.expires_at)).one()
    assert "Set-Cookie" not in client.get("/api/session").headers
    with app.app_context():
        assert db.session.scalars(select(LoginSession.expires_at)).one() == before


def test_a_session_ends_after_thirty_days_without_use(app: Flask, sign_in: SignIn) -> None:
    client = sign_in("cadre1")
    move_sessions(app, expires_at=now() - timedelta(seconds=1))
    answer = client.get("/api/session")
    assert (answer.status_code, answer.get_json()["code"]) == (401, "unauthenticated")


@pytest.mark.parametrize("ended", ["disabled_at", "valid_until"])
def test_an_ended_account_loses_its_session_and_cannot_sign_in(
    app: Flask, sign_in: SignIn, ended: str
) -> None:
    client = sign_in("cadre1")
    with app.app_context(), writing() as session:
        session.execute(update(Account).values({ended: now() - timedelta(seconds=1)}))
    assert client.get("/api/session").status_code == 401
    answer = client.sign_in("cadre1")
    assert (answer.status_code, answer.get_json()["code"]) == (403, "account_disabled")
    assert client.sign_in("cadre1", "not-the-password").get_json()["code"] == "wrong_credentials"


def test_a_made_up_cookie_is_nobody(sign_in: SignIn) -> None:
    client = sign_in()
    client.flask.set_cookie("minqing", "x" * 43)
    assert client.get("/api/session").status_code == 401


def test_changing_the_password_ends_the_other_sessions_only(sign_in: SignIn) -> None:
    here, elsewhere = sign_in("cadre1"), sign_in("cadre1")
    change = {"old_password": PASSWORD, "new_password": "xin-de-mi-ma"}
    assert here.put("/api/session/password", change).status_code == 204
    assert here.get("/api/session").status_code == 200
    assert elsewhere.get("/api/session").status_code == 401
    assert sign_in().sign_in("cadre1").status_code == 401
    assert sign_in().sign_in("cadre1", "xin-de-mi-ma").status_code == 200


@pytest.mark.parametrize(
    ("old", "new", "field", "title"),
    [
        ("not-it", "xin-de-mi-ma", "old_password", "原密码不正确"),
        (PASSWORD, "7zimu77", "new_password", "密码至少 8 位"),
        (PASSWORD, "x" * 129, "new_password", "密码最多 128 位"),
        (PASSWORD, PASSWORD, "new_password", "新密码不能与原密码相同"),
    ],
)
def test_a_bad_new_password_is_refused_by_field(
    sign_in: SignIn, old: str, new: str, field: str, title: str
) -> None:
    client = sign_in("cadre1")
    answer = client.put("/api/session/password", {"old_password": old, "new_password": new})
    assert answer.status_code == 422
    assert (answer.get_json()["field"], answer.get_json()["title"]) == (field, title)
    assert sign_in().sign_in("cadre1").status_code == 200


def test_a_weaker_hash_is_made_anew_at_sign_in(app: Flask, sign_in: SignIn, org: Organisation) -> None:
    weak = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
    with app.app_context(), writing() as session:
        session.get_one(Account, org.accounts["cadre1"]).password_hash = weak
    assert sign_in().sign_in("cadre1").status_code == 200
    with app.app_context():
        assert "m=19456,t=2,p=1" in db.session.get_one(Account, org.accounts["cadre1"]).password_hash
    assert sign_in().sign_in("cadre1").status_code == 200
