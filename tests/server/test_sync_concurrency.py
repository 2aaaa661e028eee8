"""Many writers at once, on a real SQLite file and on PostgreSQL (rules O1, O2, P1, P3)."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from server.core.database import db, reading
from server.core.ids import new_id
from server.sync.models import Op, Record, Scope
from server.sync.verify import verify
from tests.server.databases import config
from tests.server.phone import Json, Phone, diary, household, problem
from tests.server.test_sync_handover import Story

if TYPE_CHECKING:
    from flask import Flask

    from tests.server.conftest import SignIn
    from tests.server.organisation import Organisation

__all__ = ["config"]

WRITERS = 8
ROUNDS = 6
A_ROUND = 5  # ops


def write_much(phone: Phone, acknowledged: list[Json]) -> None:
    """Write entries round by round, and note what the server says of each."""
    for _ in range(ROUNDS):
        for _ in range(A_ROUND):
            phone.create("diary_entry", diary())
        acknowledged += phone.sync()["results"]


def test_o2_a_reader_never_sees_a_gap_and_nothing_acknowledged_is_lost(
    app: Flask, sign_in: SignIn, org: Organisation
) -> None:
    phones = [Phone(sign_in("cadre1"), org.grid("grid1")) for _ in range(WRITERS)]
    reader = Phone(sign_in("reviewer"), org.grid("grid1"))
    acknowledged: list[Json] = []
    done = threading.Event()
    seen: set[int] = set()

    def read() -> None:
        while True:
            is_last = done.is_set()
            for page in reader.sync()["scopes"]:
                if page["id"] == reader.scope:
                    seqs = {entry["seq"] for entry in page["entries"]}
                    assert seqs == set(range(page["from"] + 1, page["to"] + 1))
                    seen.update(seqs)
            if is_last:
                return

    with ThreadPoolExecutor(WRITERS + 1) as pool:
        reading = pool.submit(read)
        for writing in [pool.submit(write_much, phone, acknowledged) for phone in phones]:
            writing.result()
        done.set()
        reading.result()
    total = WRITERS * ROUNDS * A_ROUND
    assert [one["status"] for one in acknowledged] == ["applied"] * total
    assert seen == {one["seq"] for one in acknowledged} == set(range(1, total + 1))
    assert not any(phone.outbox for phone in phones)
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Record)) == total
        assert db.session.scalar(select(func.count()).select_from(Op)) == total
        assert db.session.get_one(Scope, reader.scope).seq == total


def test_p1_the_same_batch_sent_by_several_threads_is_applied_once(
    app: Flask, sign_in: SignIn, org: Organisation
) -> None:
    first = Phone(sign_in("cadre1"), org.grid("grid1"))
    for _ in range(20):
        first.create("diary_entry", diary())
    copies = [Phone(sign_in("cadre1"), org.grid("grid1")) for _ in range(4)]
    for copy in copies:
        copy.device, copy.outbox = first.device, list(first.outbox)
    with ThreadPoolExecutor(len(copies)) as pool:
        answers = list(pool.map(Phone.push, copies))
    statuses = sorted(one["status"] for results in answers for one in results)
    assert statuses == ["applied"] * 20 + ["duplicate"] * 60
    with app.app_context():
        assert db.session.get_one(Scope, first.scope).seq == 20


def test_m3_edits_of_one_record_at_once_lose_no_value(sign_in: SignIn, org: Organisation) -> None:
    logins = ["cadre1", "cadre1", "grid_lead", "reviewer", "secretary"]
    phones = [Phone(sign_in(login), org.grid("grid1")) for login in logins]
    rid = phones[0].create("problem", problem())
    for phone in phones:
        phone.sync()
    for number, phone in enumerate(phones):
        phone.set("problem", rid, {"title": f"第 {number} 个说法", f"own_{number}": number})
    with ThreadPoolExecutor(len(phones)) as pool:
        answers = list(pool.map(Phone.push, phones))
    phones[0].sync()
    statuses = sorted(results[0]["status"] for results in answers)
    assert statuses == ["applied"] + ["conflict"] * 4
    fields = phones[0].records[rid]["f"]
    kept = {fields["title"]} | {one["f"]["other"]["value"] for one in phones[0].of_type("conflict")}
    assert kept == {f"第 {number} 个说法" for number in range(5)}
    assert all(fields[f"own_{number}"] == number for number in range(5))


def test_p1_one_id_created_by_two_devices_at_once_is_one_record(sign_in: SignIn, org: Organisation) -> None:
    phones = [Phone(sign_in("cadre1"), org.grid("grid1")) for _ in range(4)]
    rids = [new_id() for _ in range(5)]
    for number, phone in enumerate(phones):
        for rid in rids if number % 2 else rids[::-1]:
            phone.create("household", household(note=f"第 {number} 台"), rid=rid)
    with ThreadPoolExecutor(len(phones)) as pool:
        answers = list(pool.map(Phone.push, phones))
    codes = sorted(one.get("code") or one["status"] for results in answers for one in results)
    assert codes == ["applied"] * 5 + ["id_reused"] * 15


def test_o1_writers_of_crossing_scopes_do_not_block_each_other_for_good(
    sign_in: SignIn, org: Organisation
) -> None:
    """Supervisors who write to both grids in opposite order: sorted locks mean no deadlock."""
    phones = [Phone(sign_in(login), org.grid("grid1")) for login in ("reviewer", "secretary") * 2]
    shared = [phones[0].create("problem", problem()) for _ in range(6)]
    for phone in phones:
        phone.sync()

    def write(phone: Phone) -> list[Json]:
        order = shared if phone in phones[::2] else shared[::-1]
        for number in range(12):
            phone.set("problem", order[number % 6], {f"seen_{phone.device}": number})
            scope = org.grid(("grid1", "grid2")[(number + phones.index(phone)) % 2])
            phone.op("create", "problem", new_id(), problem(), scope=scope)
        return phone.push()

    with ThreadPoolExecutor(len(phones)) as pool:
        answers = list(pool.map(write, phones))
    assert {one["status"] for results in answers for one in results} <= {"applied", "merged"}


def test_p13_of_two_decisions_at_once_one_counts(app: Flask, sign_in: SignIn, org: Organisation) -> None:
    story = Story(app, sign_in, org)
    rids = [story.old.create("diary_entry", diary()) for _ in range(10)]
    new = story.lose()
    story.old.sync()
    supervisor = Phone(sign_in("reviewer"), story.scope)
    decided = {new: {"state": "taken"}, supervisor: {"state": "declined", "note": "不收"}}
    for phone, fields in decided.items():
        phone.sync()
        for found in phone.of_type("handover"):
            phone.set("handover", found["id"], fields)
    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(push_singly, decided))
    codes = sorted(one.get("code") or one["status"] for results in answers for one in results)
    assert codes == ["already_decided"] * 10 + ["applied"] * 10
    new.sync()
    taken = [one["f"]["rid"] for one in new.of_type("handover") if one["f"]["state"] == "taken"]
    assert {rid for rid in rids if rid in new.records} == set(taken)
    with app.app_context(), reading() as session:
        assert verify(session, lambda _what, _done, _total: None).findings == []


def push_singly(phone: Phone) -> list[Json]:
    """Return the results of the outbox, each op in a request of its own."""
    return [phone.push([op])[0] for op in sorted(phone.outbox, key=lambda op: int(op["n"]))]


def test_p14_a_move_meets_a_push(app: Flask, sign_in: SignIn, org: Organisation) -> None:
    """Nothing is lost, whichever comes first: what came later is handed over or moves along."""
    phone, admin = Phone(sign_in("cadre1"), org.grid("grid1")), sign_in("org_admin")
    rids = [phone.create("household", household(house_code=f"{number:04}")) for number in range(12)]
    phone.sync()
    for rid in rids:
        phone.set("household", rid, {"note": "搬走那天写的"})

    def move(rid: str) -> int:
        grid = {"grid_id": org.units["grid2"]}
        return admin.post(f"/api/households/{rid}/move", grid).status_code

    with ThreadPoolExecutor(2) as pool:
        pushing = pool.submit(push_singly, phone)
        assert [pool.submit(move, rid).result() for rid in rids] == [200] * len(rids)
        results = pushing.result()
    assert {one.get("code") or one["status"] for one in results} <= {"applied", "handed_over"}
    with app.app_context(), reading() as session:
        assert verify(session, lambda _what, _done, _total: None).findings == []
    new = Phone(sign_in("cadre2"), org.grid("grid2"))
    new.sync()
    written = [one for one in new.of_type("household") if one["f"].get("note")]
    assert len(written) + len(new.of_type("handover")) == len(rids)
