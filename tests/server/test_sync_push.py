"""Push: one id one effect, savepoints, numbers, the chain, limits (rules P1 to P6, P9, P10)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import func, select

from server.core.database import db
from server.core.ids import new_id
from server.sync import projection, pull, storage
from server.sync.models import Device, Op, Record, Scope
from sync.canonical import chain
from sync.messages import SCHEMA
from tests.server.databases import config
from tests.server.phone import Json, Phone, diary, household

if TYPE_CHECKING:
    from flask import Flask

    from tests.server.conftest import SignIn
    from tests.server.organisation import Organisation

__all__ = ["config"]


def state(app: Flask) -> list[tuple[Any, ...]]:
    """Return everything that sync stores, but for when a device was last seen."""
    with app.app_context():
        rows = [
            tuple(row)
            for table in (Record, Op, Scope)
            for row in db.session.execute(select(table.__table__).order_by(*table.__table__.primary_key))
        ]
        devices = db.session.execute(select(Device.id, Device.last_n, Device.last_hash).order_by(Device.id))
        return rows + [tuple(row) for row in devices]


def statuses(results: list[Json]) -> list[str]:
    """Return each result's status, with the code where it is quarantined."""
    return [one.get("code") or one["status"] for one in results]


def test_p1_the_same_op_again_is_a_duplicate_and_changes_nothing(app: Flask, phone: Phone) -> None:
    phone.create("diary_entry", diary())
    first = phone.push()
    before = state(app)
    again = phone.push()
    assert statuses(first + again) == ["applied", "duplicate"]
    assert (again[0]["scope"], again[0]["seq"]) == (first[0]["scope"], first[0]["seq"])
    assert state(app) == before


def test_p1_an_op_twice_in_one_request_is_applied_once(phone: Phone) -> None:
    phone.create("diary_entry", diary())
    results = phone.push([phone.outbox[0], dict(phone.outbox[0])])
    assert statuses(results) == ["applied", "duplicate"]
    assert results[0]["seq"] == results[1]["seq"]


def test_p1_a_known_id_with_other_content_is_quarantined_once(app: Flask, phone: Phone) -> None:
    rid = phone.create("diary_entry", diary())
    phone.push()
    forged = phone.outbox[0] | {"set": diary(narrative="换成了别的内容。")}
    assert statuses(phone.push([forged])) == ["id_reused"]
    before = state(app)
    assert statuses(phone.push([forged])) == ["duplicate"]
    assert state(app) == before
    phone.sync()
    assert phone.records[rid]["f"]["narrative"] == diary()["narrative"]
    assert [one["f"]["code"] for one in phone.of_type("quarantine")] == ["id_reused"]


def test_p1_an_id_of_another_device_is_no_duplicate(phone: Phone, sign_in: SignIn, org: Organisation) -> None:
    phone.create("diary_entry", diary())
    phone.push()
    other = Phone(sign_in("cadre2"), org.grid("grid2"))
    other.create("diary_entry", diary())
    other.create("diary_entry", diary())
    stolen = other.outbox[0] | {"op_id": phone.outbox[0]["op_id"]}
    assert statuses(other.push([stolen])) == ["id_reused"]


def test_p2_one_bad_op_takes_no_other_with_it(phone: Phone) -> None:
    good = [phone.create("diary_entry", diary(narrative=f"第 {n} 次走访，情况正常。")) for n in range(2)]
    phone.create("diary_entry", diary(visit_date="1899-01-01"))
    phone.create("diary_entry", diary(services=[]))
    good.append(phone.create("diary_entry", diary()))
    answer = phone.sync()
    assert statuses(answer["results"]) == ["applied"] * 2 + ["invalid_field"] * 2 + ["applied"]
    bad = answer["results"][2]
    assert (bad["field"], bad["message"]) == ("visit_date", "走访日期不能早于 2000 年")
    assert {one["id"] for one in phone.of_type("diary_entry")} == set(good)
    assert not phone.outbox


def test_p2_an_op_that_the_database_refuses_takes_no_other_with_it(
    phone: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    poison = phone.create("diary_entry", diary())
    phone.create("diary_entry", diary())
    row_of = projection.row_of

    def refuse(record_type: str, record_id: str, *rest: Any) -> Any:  # noqa: ANN401 - as it is
        row = row_of(record_type, record_id, *rest)
        at = list(projection.columns_of(record_type)).index("visit_date")
        return (*row[:at], None, *row[at + 1 :]) if record_id == poison else row

    monkeypatch.setattr(storage, "row_of", refuse)
    assert statuses(phone.push()) == ["internal", "applied"]
    phone.create("diary_entry", diary())
    assert statuses(phone.push()) == ["duplicate", "duplicate", "applied"]


def test_p2_a_fault_of_the_server_quarantines_one_op(phone: Phone, monkeypatch: pytest.MonkeyPatch) -> None:
    phone.create("household", household(head_name="张伟"))
    phone.create("diary_entry", diary())
    with monkeypatch.context() as patched:
        patched.setattr("server.contacts.rules.pinyin_of", lambda _name: 1 / 0)
        assert statuses(phone.push()) == ["internal", "applied"]
    phone.sync()
    assert not phone.outbox


@pytest.mark.parametrize("where", ["write_records", "write_projections", "take_seqs"])
def test_p3_a_crash_before_the_commit_leaves_nothing(
    app: Flask, phone: Phone, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    phone.create("diary_entry", diary())
    phone.sync()
    before = state(app)
    phone.create("diary_entry", diary())

    def crash(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(storage, where, crash)
        with pytest.raises(KeyboardInterrupt):
            phone.post()
    assert state(app) == before
    assert statuses(phone.push()) == ["applied"]


def test_p3_the_reply_is_built_after_the_commit(
    app: Flask, phone: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    phone.create("diary_entry", diary())
    before = state(app)

    def fail(*_: object) -> None:
        raise KeyboardInterrupt

    with app.app_context():
        session_class = type(db.session())
    with monkeypatch.context() as patched:
        patched.setattr(session_class, "commit", fail)
        with pytest.raises(KeyboardInterrupt):
            phone.post()
    assert state(app) == before
    with monkeypatch.context() as patched:
        patched.setattr(pull, "answer", fail)
        with pytest.raises(KeyboardInterrupt):
            phone.post()
    assert statuses(phone.push()) == ["duplicate"], "the commit was done before the reply was begun"


def test_p4_any_prefix_any_number_of_times_gives_the_same_state(app: Flask, phone: Phone) -> None:
    rid = phone.create("diary_entry", diary())
    phone.set("diary_entry", rid, {"narrative": "又补充了一些情况。"})
    phone.create("diary_entry", diary(visit_date="1899-01-01"))
    phone.set("diary_entry", rid, {"services": ["talk"]})
    ops = list(phone.outbox)
    phone.push(ops)
    before = state(app)
    for sent in (ops[:1], ops[:3], ops, ops[::-1], ops[1:], [ops[2], ops[0]] * 3):
        assert set(statuses(phone.push(sent))) == {"duplicate"}
        assert state(app) == before


def test_p5_a_missing_number_refuses_the_request(app: Flask, phone: Phone) -> None:
    for _ in range(4):
        phone.create("diary_entry", diary())
    phone.push(phone.outbox[:1])
    before = state(app)
    for sent in (phone.outbox[2:], [phone.outbox[1], phone.outbox[3]]):
        answer = phone.post(sent)
        problem = answer.get_json()
        assert (answer.status_code, problem["code"], problem["expected"]) == (409, "sequence_gap", 2)
        assert state(app) == before
    assert statuses(phone.push(phone.outbox[1:])) == ["applied"] * 3


def test_p5_a_batch_that_was_shuffled_is_the_same_batch(phone: Phone) -> None:
    rid = phone.create("diary_entry", diary())
    for text in ("第一次补充的情况。", "第二次补充的情况。"):
        phone.set("diary_entry", rid, {"narrative": text})
    results = phone.push(phone.outbox[::-1])
    assert [one["n"] for one in results] == [3, 2, 1]
    phone.sync()
    assert phone.records[rid]["f"]["narrative"] == "第二次补充的情况。"


def test_p5_a_number_that_is_taken_quarantines_the_op(app: Flask, phone: Phone) -> None:
    phone.create("diary_entry", diary())
    phone.push()
    claim = phone.outbox[0] | {"op_id": new_id(), "rid": new_id()}
    assert statuses(phone.push([claim])) == ["n_taken"]
    before = state(app)
    assert statuses(phone.push([claim])) == ["duplicate"]
    assert state(app) == before


def test_p6_the_receipt_is_the_head_of_the_chain(phone: Phone) -> None:
    for _ in range(3):
        phone.create("diary_entry", diary())
    answer = phone.sync()
    receipt = answer["receipt"]
    assert (receipt["device"], receipt["n"], receipt["hash"]) == (phone.device, 3, phone.head)


def test_p6_a_broken_chain_quarantines_the_op_and_goes_on(phone: Phone) -> None:
    phone.create("diary_entry", diary())
    phone.head = "ab" * 32
    phone.create("diary_entry", diary())
    phone.create("diary_entry", diary())
    answer = phone.sync()
    assert statuses(answer["results"]) == ["applied", "chain_broken", "applied"]
    assert answer["receipt"]["hash"] == phone.head


def test_p6_prev_hash_may_be_left_out(app: Flask, phone: Phone) -> None:
    for _ in range(3):
        phone.create("diary_entry", diary())
    bare = [{name: value for name, value in op.items() if name != "prev_hash"} for op in phone.outbox]
    assert statuses(phone.push(bare)) == ["applied"] * 3
    assert statuses(phone.push()) == ["duplicate"] * 3
    assert statuses(phone.push(bare)) == ["duplicate"] * 3
    with app.app_context():
        hashes = db.session.scalars(select(Op.hash).order_by(Op.n)).all()
    assert [one.hex() for one in hashes] == chain(bare)


def test_p9_what_is_unknown_is_quarantined_and_kept_whole(app: Flask, phone: Phone) -> None:
    phone.create("questionnaire", {"title": "新版才有的记录"})
    phone.op("shuffle", "diary_entry", new_id(), diary())
    phone.op("command", "problem", new_id(), {"do": "close"})
    assert statuses(phone.push()) == ["unknown_type", "unknown_kind", "unknown_kind"]
    later = phone.create("diary_entry", diary())
    assert statuses(phone.push(schema=SCHEMA + 1))[-1] == "schema_too_new"
    with app.app_context():
        body = db.session.scalar(select(Op.body).where(Op.rid == later))
        assert body is not None
        assert diary()["narrative"].encode() in body
        assert db.session.scalar(select(func.count()).select_from(Op)) == 4


def test_p9_an_unknown_field_is_stored_and_handed_on(phone: Phone) -> None:
    rid = phone.create("diary_entry", diary(weather={"sky": ["晴", None, 1.5]}))
    phone.set("diary_entry", rid, {"mood": "好"})
    phone.sync()
    assert phone.records[rid]["f"]["weather"] == {"sky": ["晴", None, 1.5]}
    assert phone.records[rid]["f"]["mood"] == "好"


def test_p10_too_much_is_refused_whole_with_the_limit(app: Flask, phone: Phone) -> None:
    for _ in range(1001):
        phone.create("diary_entry", diary())
    before = state(app)
    answer = phone.post()
    assert (answer.status_code, answer.get_json()["limit"]) == (413, 1000)
    assert state(app) == before
    assert statuses(phone.push(phone.outbox[:1000])) == ["applied"] * 1000
