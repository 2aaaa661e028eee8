"""Sessions: signing in and out, the cookie, its end, and from where one may ask."""

from __future__ import annotations

import hashlib
import time
from dataclasses import replace
from datetime import timedelta
from statistics import median
from typing import TYPE_CHECKING

import pytest
from argon2 import PasswordHasher
from sqlalchemy import select, update

from server.accounts.models import Account, LoginSession
from server.app import create_app
from server.core.database import db, now, writing
from tests.server.conftest import Client
from tests.server.organisation import PASSWORD

if TYPE_CHECKING:
    from flask import Flask

    from server.config import Config
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


def test_ten_wrong_passwords_for_an_account_and_the_next_must_wait(sign_in: SignIn) -> None:
    client = sign_in()
    answers = [client.sign_in("cadre1", "not-the-password") for _ in range(11)]
    assert [answer.status_code for answer in answers] == [401] * 10 + [429]
    refused = answers[-1]
    assert refused.get_json()["code"] == "too_many_attempts"
    assert 0 < int(refused.headers["Retry-After"]) <= 901
    assert client.sign_in("cadre1").status_code == 429
    assert client.sign_in("CADRE1 ").status_code == 429
    assert client.sign_in("cadre2").status_code == 200


def test_right_passwords_never_use_the_limit_up(sign_in: SignIn) -> None:
    client = sign_in()
    assert {client.sign_in("cadre1").status_code for _ in range(15)} == {200}


def test_a_street_behind_one_address_may_err_three_hundred_times(sign_in: SignIn) -> None:
    client = sign_in()
    # Without a password an attempt counts just as well, and nothing is hashed.
    answers = [client.post("/api/session", {"account": f"c{n}"}).status_code for n in range(301)]
    assert answers == [422] * 300 + [429]
    elsewhere = client.request(
        "POST", "/api/session", {"account": "a", "password": "b"}, environ_base={"REMOTE_ADDR": "10.0.0.9"}
    )
    assert elsewhere.status_code == 401


def test_a_stolen_session_cannot_guess_the_password_for_long(sign_in: SignIn) -> None:
    client = sign_in("cadre1")
    change = {"old_password": "not-the-password", "new_password": "xin-de-mi-ma"}
    statuses = [client.put("/api/session/password", change).status_code for _ in range(11)]
    assert statuses == [422] * 10 + [429]


def test_behind_a_proxy_the_forwarded_scheme_host_and_address_count(config: Config) -> None:
    app = create_app(replace(config, behind_proxy=True))
    forwarded = {
        "X-Minqing": "1",
        "X-Forwarded-Proto": "https",
        "X-Forwarded-Host": "minqing.example",
        "Origin": "https://minqing.example",
    }
    plain = {"X-Minqing": "1", "Origin": "https://minqing.example"}
    # Without an account in the body: 422 says that the origin was taken, 403 that it wasn't.
    assert app.test_client().post("/api/session", json={}, headers=forwarded).status_code == 422
    assert app.test_client().post("/api/session", json={}, headers=plain).status_code == 403
    trusting = create_app(config).test_client().post("/api/session", json={}, headers=forwarded)
    assert trusting.status_code == 403


def test_a_configured_public_address_is_an_origin_too(config: Config) -> None:
    app = create_app(replace(config, public_url="https://minqing.example"))
    headers = {"X-Minqing": "1", "Origin": "https://minqing.example"}
    assert app.test_client().post("/api/session", json={}, headers=headers).status_code == 422


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"X-Minqing": "1"}, 200),
        ({"X-Minqing": "1", "Origin": "http://localhost"}, 200),
        ({}, 403),
        ({"X-Minqing": "0"}, 403),
        ({"X-Minqing": "1", "Origin": "https://localhost"}, 403),
        ({"X-Minqing": "1", "Origin": "http://localhost:8000"}, 403),
        ({"X-Minqing": "1", "Origin": "http://evil.example"}, 403),
        ({"X-Minqing": "1", "Origin": "null"}, 403),
    ],
)
def test_a_change_needs_our_header_and_our_origin(
    app: Flask, org: Organisation, headers: dict[str, str], status: int
) -> None:
    del org
    body = {"account": "cadre1", "password": PASSWORD}
    answer = app.test_client().post("/api/session", json=body, headers=headers)
    assert answer.status_code == status
    if status == 403:
        assert answer.get_json()["code"] == "bad_origin"
