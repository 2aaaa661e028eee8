"""[Q3] Anonymous answers: taken without a session, kept sealed, opened shuffled, and nothing else known."""

from __future__ import annotations

import logging
from collections import Counter
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from server.core.database import db, reading
from server.questionnaires.models import AnonymousAnswer, OpenedSeal, SealedAnswer
from server.rounds import rules
from tests.server.databases import config
from tests.server.surveys import HEADERS, Round, new_round, new_version, opened, submission

if TYPE_CHECKING:
    from flask import Flask

    from tests.server.conftest import Client, SignIn
    from tests.server.organisation import Organisation

__all__ = ["config"]

BOMB = '<!DOCTYPE a [<!ENTITY b "c">]>'


@pytest.fixture
def made(app: Flask, org: Organisation, admin: Client) -> Round:
    """Return an open round in all grids."""
    return opened(admin, new_round(new_version(app, org)))


def waiting(app: Flask) -> list[bytes]:
    """Return the sealed answers that wait."""
    with app.app_context(), reading() as session:
        return list(session.scalars(select(SealedAnswer.sealed)))


def released(app: Flask) -> list[AnonymousAnswer]:
    """Return the opened answers."""
    with app.app_context(), reading() as session:
        found = list(session.scalars(select(AnonymousAnswer)))
        session.expunge_all()
        return found


def sources(made: Round) -> list[tuple[str, str]]:
    """Return three sources in turn: two grids, and the QR code."""
    return [(made.units[0], "cadre"), (made.units[1], "paper"), (made.units[0], "self")]


def fill(app: Flask, made: Round, count: int) -> list[str]:
    """Return the wishes of as many answers, sent from three sources."""
    wishes = [f"建议{number}" for number in range(count)]
    for number, wish in enumerate(wishes):
        unit, via = sources(made)[number % 3]
        assert made.send(app, made.sealed(unit, via, submission(wish=wish))).status_code == 201
    return wishes


def test_q3_an_answer_waits_sealed_and_is_taken_once(app: Flask, made: Round) -> None:
    sealed = made.sealed(made.units[0])
    assert [made.send(app, sealed).status_code for _ in range(3)] == [201] * 3
    assert waiting(app) == [sealed]
    assert released(app) == []


def test_q3_a_batch_is_a_random_half_and_the_other_half_waits(app: Flask, made: Round, admin: Client) -> None:
    fill(app, made, 39)
    assert released(app) == []
    fill(app, made, 1)
    assert (len(released(app)), len(waiting(app))) == (20, 20)
    counts = admin.get(f"/api/rounds/{made.id}").get_json()["counts"]
    assert counts == {"named": 0, "late": 0, "opened": 20, "waiting": 20}


def test_q3_what_is_opened_says_place_week_and_answers_and_no_more(app: Flask, made: Round) -> None:
    fill(app, made, 40)
    for one in released(app):
        assert one.unit_id not in made.units, "the round names no smaller place than the community"
        assert "<began />" in one.answers
        assert "meta" not in one.answers
    assert Counter(one.via for one in released(app)).keys() == {"cadre", "paper", "self"}


def test_q3_the_grid_is_kept_where_the_round_says_so(app: Flask, org: Organisation, admin: Client) -> None:
    made = opened(admin, new_round(new_version(app, org), anonymous_unit="grid"))
    fill(app, made, 40)
    assert {one.unit_id for one in released(app)} == set(made.units)


def test_q3_two_sources_are_too_few(app: Flask, made: Round, admin: Client) -> None:
    for number in range(60):
        unit, via = sources(made)[number % 2]
        made.send(app, made.sealed(unit, via))
    assert released(app) == []
    path = f"/api/rounds/{made.id}/collect"
    assert admin.post(path, {}).get_json()["code"] == "too_few"
    assert len(waiting(app)) == 60
    assert admin.post(path, {"discard": True}).status_code == 200
    assert (released(app), waiting(app)) == ([], [])


def test_q3_at_the_end_everything_is_opened_once(app: Flask, made: Round, admin: Client) -> None:
    wishes = fill(app, made, 61)
    assert admin.post(f"/api/rounds/{made.id}/collect", {}).status_code == 200
    found = Counter(one.answers.partition("<wish>")[2].partition("</wish>")[0] for one in released(app))
    assert found == Counter(wishes)
    assert waiting(app) == []


def test_q3_sent_again_after_it_was_opened_it_is_not_counted_twice(app: Flask, made: Round) -> None:
    sent = [made.sealed(*sources(made)[number % 3]) for number in range(40)]
    for sealed in [*sent, *sent]:
        assert made.send(app, sealed).status_code == 201
    assert len(released(app)) + len(waiting(app)) == 40


def test_q3_after_the_end_none_is_taken(app: Flask, made: Round, admin: Client) -> None:
    sealed = made.sealed(made.units[0])
    admin.post(f"/api/rounds/{made.id}/collect", {})
    answer = made.send(app, sealed)
    assert (answer.status_code, answer.get_json()["code"]) == (409, "round_closed")
    admin.post(f"/api/rounds/{made.id}/close", {"feedback": "谢谢"})
    with app.app_context(), reading() as session:
        assert session.scalars(select(OpenedSeal)).all() == []


@pytest.mark.parametrize("size", [0, 1, 4_095, 4_097, 65_536 + 4_096])
def test_q3_only_multiples_of_4_kib_are_taken(app: Flask, made: Round, size: int) -> None:
    assert made.send(app, b"\1" * size).status_code in {413, 422}
    assert waiting(app) == []


def test_q3_garbage_is_refused_and_nothing_is_lost(app: Flask, made: Round) -> None:
    good = made.sealed(made.units[0])
    made.send(app, good)
    bad = [
        (b"\1" * 4_096, "not_sealed"),
        (good[:-1] + bytes([good[-1] ^ 1]), "not_sealed"),
        (made.sealed("00000000-0000-7000-8000-000000000000"), "not_an_answer"),
        (made.sealed(made.units[0], "spy"), "not_an_answer"),
        (made.sealed(made.units[0], answers="<data"), "not_an_answer"),
        (made.sealed(made.units[0], answers="<other/>"), "not_an_answer"),
        (
            made.sealed(made.units[0], answers=f"{BOMB}<data>&b;</data>"),
            "not_an_answer",
        ),
    ]
    for sealed, code in bad:
        answer = made.send(app, sealed)
        assert (answer.status_code, answer.get_json()["code"]) == (422, code)
    assert waiting(app) == [good]


def test_q3_ten_thousand_from_one_address_are_bounded(app: Flask, made: Round) -> None:
    sealed = made.sealed(made.units[0])
    statuses = Counter(made.send(app, sealed).status_code for _ in range(10_000))
    assert statuses[201] <= 240, "a minute may pass meanwhile"
    assert statuses.keys() == {201, 429}
    assert made.send(app, sealed, REMOTE_ADDR="203.0.113.7").status_code == 201, "others still may"


def test_q3_neither_session_nor_address_nor_log(
    made: Round, sign_in: SignIn, caplog: pytest.LogCaptureFixture
) -> None:
    client = sign_in("cadre1")
    caplog.set_level(logging.DEBUG)
    answer = client.flask.post(
        f"/api/anonymous/{made.id}",
        data=made.sealed(made.units[0]),
        headers=HEADERS,
        environ_base={"REMOTE_ADDR": "203.0.113.7"},
    )
    assert answer.status_code == 201
    assert "Set-Cookie" not in answer.headers
    ours = [one for one in caplog.records if one.name.startswith(("minqing", "flask-limiter"))]
    assert [one.getMessage() for one in ours] == []
    assert "203.0.113.7" not in caplog.text


def test_q3_a_stranger_reads_the_form_by_its_code_alone(sign_in: SignIn, made: Round) -> None:
    asked = sign_in().get(f"/api/s/{made.code}").get_json()
    assert (asked["round_id"], asked["state"]) == (made.id, "open")
    assert "private_key" not in asked
    form = sign_in().get(f"/api/s/{made.code}/form.xml")
    assert form.get_data(as_text=True).startswith("<h:html")
    assert sign_in().get("/api/s/nothing").status_code == 404


def test_q3_sqlite_s_log_is_empty_after_an_answer(app: Flask, made: Round) -> None:
    made.send(app, made.sealed(made.units[0]))
    with app.app_context():
        if db.engine.dialect.name != "sqlite":
            pytest.skip("PostgreSQL keeps its log for its own recovery")
        assert db.engine.url.database is not None
        with open(f"{db.engine.url.database}-wal", "rb") as log:  # noqa: PTH123 - the name isn't a path's
            assert log.read() == b""


def test_q3_the_batch_rule_leaves_what_could_be_opened_as_well() -> None:
    answers = [{"unit": f"g{number % 3}", "via": "cadre"} for number in range(47)]
    batch = rules.batch_of(answers, lambda one: one, 0)
    left = len(answers) - len(batch)
    assert rules.is_enough(batch)
    assert left >= rules.LEAST_OPENED
    assert rules.batch_of(answers[:39], lambda one: one, 0) == []
    assert rules.batch_of(answers, lambda one: one, 47 * 5) == [], "few beside many wait for more"
