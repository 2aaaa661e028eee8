"""Pull: order, pages, own ops, scopes gained and lost (rules O1, O2, L1, L2, L4 to L7)."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING, Any

import brotli
import pytest

from server.sync import pull
from tests.server.databases import config, statements_of
from tests.server.phone import Json, Phone, diary, household

if TYPE_CHECKING:
    from flask import Flask

    from tests.server.conftest import SignIn
    from tests.server.organisation import Organisation

__all__ = ["config"]


def page_of(answer: Json, scope: str) -> Json:
    """Return the scope's page."""
    found: Json = next(page for page in answer["scopes"] if page["id"] == scope)
    return found


def test_o1_the_counters_are_raised_last_in_sorted_order(app: Flask, phone: Phone) -> None:
    phone.create("diary_entry", diary())
    phone.sync()
    phone.create("diary_entry", diary(visit_date="1899-01-01"))
    phone.create("diary_entry", diary())
    seen = statements_of(app)
    phone.push()
    verbs = [" ".join(one.split()[:3]) for one in seen]
    counters = [place for place, one in enumerate(verbs) if one.startswith("INSERT INTO scope")]
    assert len(counters) == 3, "committee, grid and person: one statement each"
    locking = [place for place, one in enumerate(seen) if "FROM record" in one and "SELECT" in one]
    assert min(locking) < min(counters)
    assert not any("SELECT" in seen[place] for place in range(min(counters), max(counters)))
    begun = [one for one in seen if one.startswith("BEGIN")]
    assert begun[:1] in ([], ["BEGIN IMMEDIATE"]) or "BEGIN IMMEDIATE" in begun


def test_o2_seqs_are_given_without_a_gap(phone: Phone, reviewer: Phone) -> None:
    for _ in range(5):
        phone.create("household", household())
    results = phone.push()
    phone.create("household", household())
    results += phone.push(phone.outbox[5:])
    assert [one["seq"] for one in results] == [1, 2, 3, 4, 5, 6]
    reviewer.sync()
    assert sorted(one["seq"] for one in reviewer.of_type("household")) == [1, 2, 3, 4, 5, 6]


def test_l1_a_pull_costs_what_changed(app: Flask, phone: Phone, reviewer: Phone) -> None:
    for _ in range(200):
        phone.create("household", household())
    phone.sync()
    reviewer.sync()
    rid = phone.create("household", household(head_name="新户"))
    phone.sync()
    seen = statements_of(app)
    answer = reviewer.sync()
    assert [entry["id"] for page in answer["scopes"] for entry in page["entries"]] == [rid]
    assert len([one for one in seen if "FROM record" in one]) == 1
    assert reviewer.sync()["scopes"] == [], "a scope without news has no page"


def test_l2_a_page_says_which_cursor_it_continues(phone: Phone) -> None:
    phone.create("household", household())
    first = page_of(phone.sync(), phone.scope)
    phone.create("household", household())
    second = page_of(phone.sync(), phone.scope)
    assert (first["from"], first["to"], second["from"], second["to"]) == (0, 1, 1, 2)


def test_l4_an_op_is_read_back_by_its_device_only(phone: Phone, sign_in: SignIn, org: Organisation) -> None:
    rid = phone.create("diary_entry", diary())
    phone.set("diary_entry", rid, {"narrative": "补充一点情况。"})
    sent = [op["op_id"] for op in phone.outbox]
    answer = phone.sync()
    assert page_of(answer, phone.scope)["own"] == sent
    second = Phone(sign_in("cadre1"), org.grid("grid1"))
    assert page_of(second.sync(), second.scope)["own"] == []


def test_l4_an_acknowledged_op_stays_until_its_page_is_there(phone: Phone) -> None:
    rid = phone.create("diary_entry", diary())
    phone.push()
    answer = phone.sync()
    assert answer["results"][0]["status"] == "duplicate"
    assert not phone.outbox
    assert phone.records[rid]["rev"] == 1


def test_l4_an_op_is_named_by_the_page_that_shows_its_record(
    phone: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A page that isn't the last must not drop an op whose record stands on a later page."""
    monkeypatch.setattr(pull, "PAGE_ENTRIES", 3)
    moved = phone.create("diary_entry", diary())
    for _ in range(7):
        phone.create("diary_entry", diary())
    phone.set("diary_entry", moved, {"narrative": "写完又改的一条。"})
    bad = phone.create("diary_entry", diary(services=[]))
    phone.push()
    ops = {op["op_id"]: op["rid"] for op in phone.outbox}
    shown: set[str] = set()
    while True:
        answer = phone.post([]).get_json()
        for page in answer["scopes"]:
            shown |= {entry["id"] for entry in page["entries"]}
            shown |= {bad} if any(entry["type"] == "quarantine" for entry in page["entries"]) else set()
            assert {ops[op_id] for op_id in page["own"]} <= shown
        if not phone.apply(answer):
            break
    assert not phone.outbox
    assert phone.records[moved]["f"]["narrative"] == "写完又改的一条。"


def test_l5_the_answer_ends_with_end(phone: Phone) -> None:
    answer = phone.post([])
    assert answer.mimetype == "application/json"
    assert answer.get_data().endswith(b'"end":true}')


@pytest.mark.parametrize(("coding", "unpack"), [("br", brotli.decompress), ("gzip", gzip.decompress)])
def test_l5_the_answer_is_packed_where_the_phone_can_unpack_it(
    phone: Phone,
    coding: str,
    unpack: Any,  # noqa: ANN401 - a function of a library without types
) -> None:
    for _ in range(50):
        phone.create("household", household())
    phone.sync()
    plain = phone.client.post("/api/sync", phone.body([], scopes={}))
    packed = phone.client.post("/api/sync", phone.body([], scopes={}), headers={"Accept-Encoding": coding})
    assert packed.headers["Content-Encoding"] == coding
    assert len(packed.get_data()) < len(plain.get_data()) / 4
    assert unpack(packed.get_data()).endswith(b'"end":true}')


def test_l6_a_page_has_at_most_1000_entries_and_an_answer_two_pages(phone: Phone, reviewer: Phone) -> None:
    for _ in range(2):
        for _ in range(900):
            phone.create("household", household())
        phone.sync()
    first = reviewer.post([]).get_json()
    page = page_of(first, phone.scope)
    assert (len(page["entries"]), page["more"], page["to"]) == (1000, True, 1000)
    assert page["left"] == 800
    reviewer.apply(first)
    second = page_of(reviewer.post([]).get_json(), phone.scope)
    assert (second["from"], len(second["entries"]), second["more"]) == (1000, 800, False)


def test_l6_a_page_has_about_512_kib(phone: Phone, reviewer: Phone) -> None:
    for _ in range(60):
        phone.create("diary_entry", diary(narrative="走访记录" * 5_000))
    phone.push()
    size = len(diary(narrative="走访记录" * 5_000)["narrative"].encode())
    pages = []
    while True:
        answer = reviewer.post([]).get_json()
        pages += [page for page in answer["scopes"] if page["entries"]]
        if not reviewer.apply(answer):
            break
    assert len(reviewer.of_type("diary_entry")) == 60
    assert max(len(page["entries"]) for page in pages) * size <= 512 * 1024 + 2 * size


def test_l6_an_answer_is_bounded_over_all_scopes(
    phone: Phone, reviewer: Phone, sign_in: SignIn, org: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pull, "PAGE_ENTRIES", 4)
    second = Phone(sign_in("cadre2"), org.grid("grid2"))
    for writer in (phone, second):
        for _ in range(6):
            writer.create("household", household())
        writer.sync()
    answers = []
    while True:
        answer = reviewer.post([]).get_json()
        answers.append(answer)
        if not reviewer.apply(answer):
            break
    for answer in answers:
        assert sum(len(page["entries"]) for page in answer["scopes"]) <= pull.ANSWER_PAGES * 4
    assert len(reviewer.of_type("household")) == 12


def test_l7_scopes_not_named_are_gained_and_foreign_ones_lost(phone: Phone, org: Organisation) -> None:
    first = phone.post([]).get_json()
    assert first["gained"] == sorted([org.grid("grid1"), org.person("cadre1")])
    assert {page["id"] for page in first["scopes"]} == set(first["gained"]), "even an empty one has its page"
    phone.apply(first)
    named = phone.cursors | {org.grid("grid2"): 7}
    second = phone.post([], scopes=named).get_json()
    assert (second["gained"], second["lost"]) == ([], [org.grid("grid2")])
