"""Unsent ops that are carried in a file, by their author or by a supervisor (rule D7)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select, update

from server.accounts.models import Account, ContactPointAssignment
from server.core.database import db, now, reading, writing
from server.sync.models import Op
from server.sync.verify import verify
from tests.server.databases import config
from tests.server.phone import Json, Phone, diary

if TYPE_CHECKING:
    from flask import Flask
    from werkzeug.test import TestResponse

    from tests.server.conftest import Client, SignIn
    from tests.server.organisation import Organisation

__all__ = ["config"]


@pytest.fixture
def phone(sign_in: SignIn, org: Organisation) -> Phone:
    """Return the phone of a cadre with two unsent ops, a third of which the rules refuse."""
    phone = Phone(sign_in("cadre1"), org.grid("grid1"))
    rid = phone.create("diary_entry", diary())
    phone.set("diary_entry", rid, {"place": "门口"})
    phone.create("diary_entry", diary(narrative="短"))
    return phone


def file_of(phone: Phone, account: str, **members: object) -> Json:
    """Return what the phone exports, as it is posted once it is decrypted."""
    body = phone.body()
    return (
        {name: body[name] for name in ("proto", "schema", "device", "ops")} | {"account": account} | members
    )


def post(client: Client, body: Json) -> TestResponse:
    """Return the answer to the import of the file."""
    return client.post("/api/sync/carried", body)


def statuses(answer: TestResponse) -> list[str]:
    """Return each result's code, or its status where it has none."""
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return [one.get("code") or one["status"] for one in answer.get_json()["results"]]


@pytest.mark.parametrize("carrier", ["cadre1", "reviewer", "secretary"])
def test_d7_what_was_carried_is_the_author_s(
    app: Flask, sign_in: SignIn, org: Organisation, phone: Phone, carrier: str
) -> None:
    author = org.accounts["cadre1"]
    answer = post(sign_in(carrier), file_of(phone, author))
    assert statuses(answer) == ["applied", "applied", "invalid_field"]
    receipt = answer.get_json()["receipt"]
    assert (receipt["device"], receipt["n"], receipt["hash"]) == (phone.device, 3, phone.head)
    with app.app_context():
        assert set(db.session.scalars(select(Op.carried_by))) == {org.accounts[carrier]}
    assert [one["status"] for one in phone.sync()["results"]] == ["duplicate"] * 3
    assert not phone.outbox, "the phone reads back what others carried for it"
    (entry,) = phone.of_type("diary_entry")
    assert entry["by"] == author
    assert len(phone.of_type("quarantine")) == 1
    with app.app_context(), reading() as session:
        assert verify(session, lambda _what, _done, _total: None).findings == []


def test_d7_importing_twice_or_after_sending_is_harmless(
    sign_in: SignIn, org: Organisation, phone: Phone
) -> None:
    file = file_of(phone, org.accounts["cadre1"])
    phone.sync()
    before = dict(phone.records)
    for _ in range(2):
        assert statuses(post(sign_in("reviewer"), file)) == ["duplicate"] * 3
    phone.sync()
    assert phone.records == before


def test_d7_the_rights_are_those_of_the_author_as_it_is_imported(
    app: Flask, sign_in: SignIn, org: Organisation, phone: Phone
) -> None:
    with app.app_context(), writing() as session:
        session.execute(update(ContactPointAssignment).values(ended_at=now()))
        session.execute(update(Account).where(Account.id == org.accounts["cadre1"]).values(disabled_at=now()))
    reviewer = sign_in("reviewer")
    answer = post(reviewer, file_of(phone, org.accounts["cadre1"]))
    assert statuses(answer) == ["handed_over", "handed_over", "invalid_field"], "a cadre who left"
    supervisor = Phone(reviewer, org.grid("grid1"))
    supervisor.sync()
    (handover,) = supervisor.of_type("handover")
    supervisor.set("handover", handover["id"], {"state": "taken"})
    supervisor.sync()
    assert [one["f"]["place"] for one in supervisor.of_type("diary_entry")] == ["门口"]


def test_d7_nobody_else_brings_it(app: Flask, sign_in: SignIn, org: Organisation, phone: Phone) -> None:
    file = file_of(phone, org.accounts["cadre1"])
    statuses = {"cadre2": 403, "org_admin": 403, "auditor": 403, "other_reviewer": 404, "far_admin": 403}
    assert {login: post(sign_in(login), file).status_code for login in statuses} == statuses
    with app.app_context():
        assert db.session.scalars(select(Op.op_id)).all() == []


def test_d7_a_device_stays_its_account_s(sign_in: SignIn, org: Organisation, phone: Phone) -> None:
    file = file_of(phone, org.accounts["cadre2"])
    phone.sync()
    answer = post(sign_in("reviewer"), file)
    assert (answer.status_code, answer.get_json()["code"]) == (403, "device_taken")


def test_d7_a_file_from_the_middle_says_what_is_missing(
    sign_in: SignIn, org: Organisation, phone: Phone
) -> None:
    file = file_of(phone, org.accounts["cadre1"])
    answer = post(sign_in("reviewer"), file | {"ops": file["ops"][1:]})
    problem = answer.get_json()
    assert (answer.status_code, problem["code"], problem["expected"]) == (409, "sequence_gap", 1)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"account": None}, "account"),
        ({"account": "cadre1"}, "account"),
        ({"ops": []}, "ops"),
        ({"ops": "all"}, "ops"),
        ({"ops": [{"n": 1}]}, "ops.0.op_id"),
        ({"device": "x"}, "device"),
        ({"proto": 7}, "proto"),
    ],
)
def test_d7_a_bad_file_is_refused_naming_the_member(
    sign_in: SignIn, org: Organisation, phone: Phone, change: Json, field: str
) -> None:
    answer = post(sign_in("reviewer"), file_of(phone, org.accounts["cadre1"]) | change)
    assert (answer.status_code, answer.get_json()["field"]) == (422, field)
