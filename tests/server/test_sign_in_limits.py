"""How often one may try to sign in, and from which origin one may change anything."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from server.app import create_app
from tests.server.organisation import PASSWORD

if TYPE_CHECKING:
    from flask import Flask

    from server.config import Config
    from tests.server.conftest import SignIn
    from tests.server.organisation import Organisation


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
