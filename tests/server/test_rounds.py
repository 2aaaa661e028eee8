"""Rounds 问卷轮次: made, opened, known to the phones, ended, and closed only with feedback."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from server.core.database import reading
from server.core.days import today
from server.questionnaires.models import SurveyRound
from server.sync.verify import verify
from tests.server.databases import config
from tests.server.phone import Phone, response
from tests.server.surveys import Round, new_round, new_version, opened

if TYPE_CHECKING:
    from flask import Flask

    from tests.server.conftest import Client, SignIn
    from tests.server.organisation import Organisation

__all__ = ["config"]


@pytest.fixture
def version(app: Flask, org: Organisation) -> str:
    """Return the id of a questionnaire's version."""
    return new_version(app, org)


@pytest.fixture
def made(admin: Client, version: str) -> Round:
    """Return an open round in all grids."""
    return opened(admin, new_round(version))


def test_q1_an_open_round_is_one_record_in_each_grid(
    made: Round, sign_in: SignIn, org: Organisation, phone: Phone
) -> None:
    phone.sync()
    (mine,) = phone.of_type("survey_round")
    assert (mine["f"]["round_id"], mine["f"]["state"], mine["scope"]) == (made.id, "open", phone.scope)
    assert "private_key" not in mine["f"]
    reviewer = Phone(sign_in("reviewer"), phone.scope)
    reviewer.sync()
    assert {one["scope"] for one in reviewer.of_type("survey_round")} == {
        org.grid("grid1"), org.grid("grid2"),
    }  # fmt: skip


def test_q1_a_round_of_some_grids_is_known_only_there(
    admin: Client, version: str, org: Organisation, phone: Phone
) -> None:
    opened(admin, new_round(version, units=[org.units["grid2"]]))
    phone.sync()
    assert phone.of_type("survey_round") == []


def test_q1_no_device_makes_or_changes_a_round(made: Round, phone: Phone) -> None:
    phone.sync()
    (mine,) = phone.of_type("survey_round")
    phone.set("survey_round", mine["id"], {"closes": "2099-01-01"})
    phone.create("survey_round", {"round_id": made.id})
    phone.delete("survey_round", mine["id"])
    assert [one["code"] for one in phone.push()] == ["not_allowed"] * 3


def test_q1_extended_ended_and_closed_the_phones_are_told(
    app: Flask, made: Round, admin: Client, phone: Phone
) -> None:
    later = (today() + timedelta(40)).isoformat()
    path = f"/api/rounds/{made.id}"
    assert admin.patch(path, {"closes": later}).get_json()["closes"] == later
    assert admin.patch(path, {"title": "另一份"}).get_json()["code"] == "round_state"
    assert admin.post(f"{path}/close", {"feedback": "谢谢"}).get_json()["code"] == "round_state"
    assert admin.post(f"{path}/collect", {}).get_json()["state"] == "collected"
    assert admin.post(f"{path}/close", {"feedback": "  "}).get_json()["code"] == "feedback_missing"
    assert admin.post(f"{path}/close", {"feedback": "路灯已修。"}).status_code == 200
    phone.sync()
    (mine,) = phone.of_type("survey_round")
    assert (mine["f"]["closes"], mine["f"]["state"]) == (later, "closed")
    assert mine["f"]["feedback"] == "路灯已修。"
    with app.app_context(), reading() as session:
        assert session.get_one(SurveyRound, made.id).private_key is None
        assert verify(session, lambda _what, _done, _total: None).findings == []


def test_a_draft_is_nobody_s_but_the_managers(
    admin: Client, version: str, sign_in: SignIn, phone: Phone
) -> None:
    draft = admin.post("/api/rounds", new_round(version)).get_json()
    phone.sync()
    assert phone.of_type("survey_round") == []
    assert sign_in().get(f"/api/s/{draft['code']}").status_code == 404
    assert sign_in("secretary").get(f"/api/rounds/{draft['id']}").get_json()["state"] == "draft"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"closes": "2026-01-01"}, "closes"),
        ({"closes": "2099-01-01"}, "closes"),
        ({"units": ["00000000-0000-7000-8000-000000000000"]}, "units"),
        ({"units": []}, "units"),
        ({"version_id": "00000000-0000-7000-8000-000000000000"}, "version_id"),
        ({"mode": "secret"}, "mode"),
    ],
)
def test_a_round_that_cannot_be_is_refused(
    admin: Client, version: str, change: dict[str, object], field: str
) -> None:
    answer = admin.post("/api/rounds", new_round(version) | change)
    assert answer.status_code == 422
    assert answer.get_json()["field"].partition(".")[0] == field


def test_another_community_s_round_is_none(made: Round, sign_in: SignIn) -> None:
    client = sign_in("other_reviewer")
    assert client.get(f"/api/rounds/{made.id}").status_code == 404
    assert client.get("/api/rounds").get_json() == {"rounds": []}


def test_another_community_s_version_is_none(app: Flask, admin: Client, org: Organisation) -> None:
    foreign = new_version(app, org, "other_community")
    assert admin.post("/api/rounds", new_round(foreign)).get_json()["field"] == "version_id"


def test_q2_a_named_answer_is_its_author_s_record(made: Round, admin: Client, phone: Phone) -> None:
    phone.create("survey_response", response(made.id))
    phone.create("survey_response", response(made.id, filled_on=str(today() - timedelta(8000))))
    phone.sync()
    assert len(phone.of_type("survey_response")) == 2
    counts = admin.get(f"/api/rounds/{made.id}").get_json()["counts"]
    assert counts == {"named": 2, "late": 0, "opened": 0, "waiting": 0}


def test_q2_a_named_answer_names_somebody(made: Round, phone: Phone) -> None:
    phone.create("survey_response", response(made.id, name="  "))
    (result,) = phone.push()
    assert (result["code"], result["field"]) == ("invalid_field", "name")
