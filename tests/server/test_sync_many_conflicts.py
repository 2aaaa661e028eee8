"""Ten thousand conflicts on one record: nothing is lost, and what it costs is bounded (P10, M3)."""

from __future__ import annotations

import tracemalloc
from typing import TYPE_CHECKING

import pytest

from server.sync import pull
from tests.server.databases import config, statements_of
from tests.server.phone import Json, Phone, household

if TYPE_CHECKING:
    from flask import Flask

    from tests.server.conftest import SignIn

__all__ = ["config"]

MEBIBYTE = 1024 * 1024


@pytest.fixture
def statements(app: Flask) -> list[str]:
    """Return a list that is filled with the statements of the database from now on."""
    return statements_of(app)


def peak(phone: Phone, ops: list[Json]) -> tuple[int, Json]:
    """Return the most memory that Python held while it answered a request, and the answer."""
    tracemalloc.start()
    try:
        answer = phone.post(ops)
        return tracemalloc.get_traced_memory()[1], answer.get_json()
    finally:
        tracemalloc.stop()


def fields(author: str, most: int = 200) -> Json:
    """Return values of later fields that the author writes otherwise than anybody else."""
    return {f"later_{number}": f"{author} {number}" for number in range(most)}


def test_m3_ten_thousand_conflicts_on_one_record_are_all_kept_and_cost_no_more(
    pair: tuple[Phone, Phone], statements: list[str], sign_in: SignIn
) -> None:
    one = pair[0]
    rid = one.create("household", household())
    one.sync()
    costs = []
    for turn in range(51):
        phone = pair[turn % 2]
        phone.op("set", "household", rid, fields(f"第 {turn} 次"))
        statements.clear()
        (result,) = phone.push(phone.outbox[-1:], scopes=phone.cursors | {phone.scope: 10**9})
        costs.append(len(statements))
        assert result["status"] == ("conflict" if turn else "applied")
    assert max(costs[10:]) <= max(costs[1:10]), "the last op asks no more of the database than the first"
    reader = Phone(sign_in("reviewer"), one.scope)
    held, _ = peak(reader, [])
    assert held < 20 * MEBIBYTE, "a pull holds its pages, not all that there is"
    reader.sync()
    assert len(reader.of_type("conflict")) == 10_000
    values = {
        found["f"][side]["value"] for found in reader.of_type("conflict") for side in ("shown", "other")
    }
    assert len(values) == 51 * 200, "every value that anyone wrote is there"
    for answer in reader.answers:
        assert sum(len(page["entries"]) for page in answer["scopes"]) <= 2 * pull.PAGE_ENTRIES


def test_p10_one_op_with_ten_thousand_conflicts_is_quarantined_whole(pair: tuple[Phone, Phone]) -> None:
    one, two = pair
    rid = one.create("household", household())
    for phone in pair:
        phone.sync()
    one.set("household", rid, fields("甲", 10_000))
    one.sync()
    two.set("household", rid, fields("乙", 10_000))
    held, answer = peak(two, two.outbox)
    assert held < 40 * MEBIBYTE
    (result,) = answer["results"]
    assert (result["status"], result["code"]) == ("quarantined", "too_many_conflicts")
    two.sync()
    (kept,) = two.of_type("quarantine")
    assert "乙 9999" in kept["f"]["op"]
    assert two.records[rid]["f"]["later_9999"] == "甲 9999"


def test_p10_ops_that_conflict_too_much_together_are_refused_whole_and_pass_in_halves(
    pair: tuple[Phone, Phone],
) -> None:
    one, two = pair
    rids = [one.create("household", household()) for _ in range(12)]
    for phone in pair:
        phone.sync()
    for phone, author in zip(pair, "甲乙", strict=True):
        for rid in rids:
            phone.set("household", rid, fields(author))
    one.sync()
    refused = two.post()
    assert (refused.status_code, refused.get_json()["code"]) == (413, "too_much")
    limit = refused.get_json()["limit"]
    assert limit == 6
    one.sync()
    assert not one.of_type("conflict"), "nothing of it was applied"
    assert {result["status"] for result in two.push(two.outbox[:limit])} == {"conflict"}
    two.sync()
    assert len(two.of_type("conflict")) == 12 * 200
