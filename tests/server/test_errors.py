"""Errors: every refusal is problem+json in Chinese that names the field, and loses nothing."""

from __future__ import annotations

import logging
import re
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from server.accounts.models import Account
from server.core.database import db, writing
from server.core.security import MAX_BODY_BYTES
from tests.server.organisation import PASSWORD

if TYPE_CHECKING:
    from flask import Flask

    from tests.server.conftest import SignIn
    from tests.server.organisation import Organisation


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/api/nothing", 404, "not_found"),
        ("POST", "/api/nothing", 404, "not_found"),
        ("GET", "/api", 404, "not_found"),
        ("PUT", "/api/units", 405, "method_not_allowed"),
        ("POST", "/today", 405, "method_not_allowed"),
        ("GET", "/nothing.js", 404, "not_found"),
    ],
)
def test_a_wrong_address_or_method_is_a_problem(
    sign_in: SignIn, method: str, path: str, status: int, code: str
) -> None:
    answer = sign_in("org_admin").request(method, path)
    assert answer.status_code == status
    assert answer.mimetype == "application/problem+json"
    problem = answer.get_json()
    assert (problem["status"], problem["code"]) == (status, code)
    assert problem["type"] == f"urn:minqing:problem:{code}"


@pytest.mark.parametrize(
    "body",
    [
        b'{"account": "a", "password": ',
        b'{"account": NaN, "password": "b"}',
        b'{"account": "\\ud800", "password": "b"}',
        b"\xff\xfe",
        b"",
    ],
)
def test_what_is_not_strict_json_is_refused_as_such(sign_in: SignIn, body: bytes) -> None:
    answer = sign_in().request("POST", "/api/session", data=body, content_type="application/json")
    assert (answer.status_code, answer.get_json()["code"]) == (400, "invalid_json")
    assert answer.get_json()["title"] == "请求内容不是有效的 JSON"


@pytest.mark.parametrize(
    ("body", "field", "title"),
    [
        ({"password": "b"}, "account", "账号: 必填"),
        ({"account": "", "password": "b"}, "account", "账号: 不能为空"),
        ({"account": None, "password": "b"}, "account", "账号: 不能为空"),
        ({"account": 7, "password": "b"}, "account", "账号: 应为文字"),
        ({"account": "a\u0000b", "password": "b"}, "account", "账号: 含有不可见的控制字符"),
        ({"account": "a" * 81, "password": "b"}, "account", "账号: 最多 80 个字"),
        ({"account": "a", "password": "b" * 1025}, "password", "密码: 密码过长"),
        ({"account": "a", "password": "b", "admin": True}, "admin", "admin: 没有这个字段"),
        ([], None, "应为对象"),
        ("text", None, "应为对象"),
    ],
)
def test_a_bad_body_names_the_field(sign_in: SignIn, body: object, field: str | None, title: str) -> None:
    answer = sign_in().post("/api/session", body)
    assert answer.status_code == 422
    problem = answer.get_json()
    assert (problem.get("field"), problem["title"], problem["code"]) == (field, title, "invalid_input")


def test_every_bad_field_is_listed(sign_in: SignIn, org: Organisation) -> None:
    body = {"login": "x", "name": "", "unit_id": org.units["community"], "roles": ["king"]}
    problem = sign_in("org_admin").post("/api/accounts", body).get_json()
    assert {error["field"] for error in problem["errors"]} == {"login", "name", "roles.0"}
    assert problem["title"].isascii() is False


def test_another_content_type_counts_as_an_empty_body(sign_in: SignIn) -> None:
    answer = sign_in().request("POST", "/api/session", data="account=a", content_type="text/plain")
    assert (answer.status_code, answer.get_json()["field"]) == (422, "account")


def test_a_body_over_the_limit_is_refused_by_its_length_alone(sign_in: SignIn) -> None:
    answer = sign_in().request(
        "POST", "/api/session", data=b"", environ_overrides={"CONTENT_LENGTH": str(50 * 1024 * 1024)}
    )
    assert (answer.status_code, answer.get_json()["code"]) == (413, "too_much")
    assert answer.get_json()["limit"] == MAX_BODY_BYTES


def test_a_body_without_a_length_is_refused(sign_in: SignIn) -> None:
    answer = sign_in().request("POST", "/api/session", headers={"Transfer-Encoding": "chunked"})
    assert (answer.status_code, answer.get_json()["code"]) == (411, "length_required")


def test_a_bug_is_answered_with_a_reference_and_logged_with_it(
    app: Flask, sign_in: SignIn, org: Organisation, caplog: pytest.LogCaptureFixture
) -> None:
    client = sign_in("cadre1")
    with app.app_context(), writing() as session:
        session.get_one(Account, org.accounts["cadre1"]).roles = ["a role that no version knows"]
    answer = client.get("/api/session")
    problem = answer.get_json()
    assert (answer.status_code, problem["code"]) == (500, "internal")
    assert problem["reference"] in problem["title"]
    assert problem["reference"] in caplog.text


def test_a_database_that_cannot_be_used_asks_to_come_again(app: Flask, sign_in: SignIn) -> None:
    with app.app_context():
        db.session.execute(text("DROP TABLE login_session"))
        db.session.commit()
    answer = sign_in().sign_in("cadre1")
    assert (answer.status_code, answer.get_json()["code"]) == (503, "database_unavailable")
    assert answer.headers["Retry-After"] == "5"


def test_the_log_of_requests_names_no_person(
    sign_in: SignIn, org: Organisation, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "minqing")
    client = sign_in("org_admin")
    account = org.accounts["cadre1"]
    client.patch(f"/api/accounts/{account}", {"name": "王小明"})
    client.get("/api/accounts?unit=" + org.units["grid1"])
    assert "PATCH /api/accounts/<account_id> 200" in caplog.text
    for secret in (account, "王小明", org.units["grid1"], "org_admin", "127.0.0.1", PASSWORD):
        assert secret not in caplog.text


def test_a_failed_statement_is_logged_without_its_parameters(app: Flask) -> None:
    with app.app_context(), pytest.raises(OperationalError) as caught:
        db.session.execute(text("SELECT * FROM nothing WHERE name = :name"), {"name": "王小明"})
    assert "王小明" not in str(caught.value)


def test_every_answer_carries_the_security_headers(sign_in: SignIn) -> None:
    client = sign_in("cadre1")
    for path in ("/api/session", "/api/nothing", "/nothing.js", "/api/health"):
        headers = client.get(path).headers
        assert "default-src 'self'" in headers["Content-Security-Policy"]
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "same-origin"
        assert headers["Permissions-Policy"] == "camera=(self), geolocation=(), microphone=()"
        assert headers["Cross-Origin-Opener-Policy"] == "same-origin"


def test_the_api_is_stored_nowhere(sign_in: SignIn) -> None:
    client = sign_in("cadre1")
    for path in ("/api/session", "/api/directory", "/api/nothing", "/api/health"):
        assert client.get(path).headers["Cache-Control"] == "no-store"


def test_the_openapi_document_is_3_1_and_knows_every_endpoint(app: Flask, sign_in: SignIn) -> None:
    document = sign_in().get("/api/openapi.json").get_json()
    assert document["openapi"] == "3.1.0"
    documented = {
        (path.replace("{", "<").replace("}", ">"), method.upper())
        for path, methods in document["paths"].items()
        for method in methods
        if method not in {"parameters", "head", "options"}  # tus names them; Flask answers them anywhere
    }
    served = {
        (re.sub(r"<\w+:", "<", rule.rule), method)
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        if rule.rule.startswith(("/api/", "/openrosa/")) and rule.rule != "/api/openapi.json"
    }
    assert documented == served
